//! Loose objects that end too early, as a machine leaves them that lost its power.
//!
//! libgit2 waits for ever for the rest of a deflated stream that was cut off. So the stream is walked first, symbol by symbol
//! and without unpacking it, to where it should end. What is wrong with it otherwise libgit2 says itself.

use std::path::{Path, PathBuf};

use git2::Oid;

use super::changes::bytes_to_path;

/// Checks that the file of a loose object, if it has one, is not cut off, and returns whether it has one.
///
/// # Errors
/// A sentence about the file where it is, or where it is none that git writes.
pub(super) fn check(objects: &Path, oid: Oid) -> Result<bool, git2::Error> {
    let hex = oid.to_string();
    let (fan, rest) = hex.split_at(2);
    let file = objects.join(fan).join(rest);
    // In a pack, in another directory, or not at all: libgit2 will say.
    let Ok(bytes) = std::fs::read(&file) else { return Ok(false) };
    let what = if !is_deflated(&bytes) {
        "is no object as git writes it"
    } else if is_cut_off(&bytes) {
        "is cut off"
    } else {
        return Ok(true);
    };
    let text = format!("{} {what}: git fsck finds more of this kind, git fetch brings it anew", file.display());
    Err(git2::Error::from_str(&text))
}

/// Returns the further directories of objects that a directory of objects names, as libgit2 takes them.
pub(super) fn alternates(objects: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read(objects.join("info/alternates")).unwrap_or_default();
    let names = listed.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|name| !name.is_empty() && name[0] != b'#');
    names.map(|name| if name[0] == b'.' { objects.join(bytes_to_path(name)) } else { bytes_to_path(name) }).collect()
}

/// Returns whether a file begins as every loose object does since 2007. Before there were others, which libgit2 still
/// reads, and git does not.
fn is_deflated(file: &[u8]) -> bool {
    match file {
        // Too short to tell: cut off.
        [] | [_] => true,
        [method, flags, ..] => method & 0x8f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31),
    }
}

fn is_cut_off(zlib: &[u8]) -> bool {
    let Some(deflated) = zlib.get(2..) else { return true };
    walk(&mut Bits { bytes: deflated, at: 0, left: 0 }).is_err()
}

/// The input ended before the stream did.
struct CutOff;

/// Where reading stands: `left` bits of the byte before `at` were not read yet.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    left: u32,
}

impl Bits<'_> {
    fn bit(&mut self) -> Result<usize, CutOff> {
        if self.left == 0 {
            self.at += 1;
            self.left = 8;
        }
        let byte = self.at.checked_sub(1).and_then(|at| self.bytes.get(at)).ok_or(CutOff)?;
        let bit = (byte >> (8 - self.left)) & 1;
        self.left -= 1;
        Ok(usize::from(bit))
    }

    fn bits(&mut self, count: usize) -> Result<usize, CutOff> {
        (0..count).try_fold(0, |sum, place| Ok(sum | self.bit()? << place))
    }
}

/// A Huffman code: how many symbols have codes of each length, and the symbols in the order of their codes.
struct Codes {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Codes {
    fn of(lengths: &[usize]) -> Codes {
        let mut counts = [0; 16];
        let mut symbols = Vec::new();
        for (length, count) in counts.iter_mut().enumerate().skip(1) {
            symbols.extend((0..lengths.len()).filter(|symbol| lengths.get(*symbol) == Some(&length)));
            *count = lengths.iter().filter(|own| **own == length).count();
        }
        Codes { counts, symbols }
    }

    /// Returns the next symbol; `None` for bits that are no code.
    fn symbol(&self, bits: &mut Bits<'_>) -> Result<Option<usize>, CutOff> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in self.counts.iter().skip(1) {
            code |= bits.bit()?;
            if code < first + count {
                return Ok(code.checked_sub(first).and_then(|place| self.symbols.get(index + place).copied()));
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Ok(None)
    }
}

/// Walks deflated blocks (RFC 1951) to the end of the last one, or to something that no stream holds.
fn walk(bits: &mut Bits<'_>) -> Result<(), CutOff> {
    loop {
        let last = bits.bit()? == 1;
        let sound = match bits.bits(2)? {
            0 => stored(bits)?,
            1 => {
                let lengths: Vec<usize> = (0..288)
                    .map(|symbol| match symbol {
                        144..=255 => 9,
                        256..=279 => 7,
                        _ => 8,
                    })
                    .collect();
                symbols(bits, &Codes::of(&lengths), &Codes::of(&[5; 30]))?
            }
            2 => own_codes(bits)?,
            _ => false,
        };
        if last || !sound {
            return Ok(());
        }
    }
}

fn stored(bits: &mut Bits<'_>) -> Result<bool, CutOff> {
    bits.left = 0;
    let (length, check) = (bits.bits(16)?, bits.bits(16)?);
    bits.at += length;
    if bits.at > bits.bytes.len() { Err(CutOff) } else { Ok(length == !check & 0xffff) }
}

fn own_codes(bits: &mut Bits<'_>) -> Result<bool, CutOff> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let (literals, distances, count) = (bits.bits(5)? + 257, bits.bits(5)? + 1, bits.bits(4)? + 4);
    let mut lengths = [0; 19];
    for place in ORDER.iter().take(count) {
        let length = bits.bits(3)?;
        if let Some(own) = lengths.get_mut(*place) {
            *own = length;
        }
    }
    let codes = Codes::of(&lengths);
    let mut lengths: Vec<usize> = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match codes.symbol(bits)? {
            Some(16) => (lengths.last().copied().unwrap_or_default(), 3 + bits.bits(2)?),
            Some(17) => (0, 3 + bits.bits(3)?),
            Some(18) => (0, 11 + bits.bits(7)?),
            Some(length) => (length, 1),
            None => return Ok(false),
        };
        lengths.extend(std::iter::repeat_n(length, times));
    }
    let (literals, distances) = lengths.split_at(literals);
    symbols(bits, &Codes::of(literals), &Codes::of(distances))
}

/// Walks the symbols of a block; false where one is none.
fn symbols(bits: &mut Bits<'_>, literals: &Codes, distances: &Codes) -> Result<bool, CutOff> {
    loop {
        let extra = match literals.symbol(bits)? {
            Some(0..=255) => continue,
            Some(256) => return Ok(true),
            Some(257..=264 | 285) => 0,
            Some(symbol @ 265..=284) => (symbol - 261) / 4,
            _ => return Ok(false),
        };
        bits.bits(extra)?;
        match distances.symbol(bits)? {
            Some(0..=3) => {}
            Some(symbol @ 4..=29) => {
                bits.bits(symbol / 2 - 1)?;
            }
            _ => return Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// Has git write an object of these bytes with a certain effort, and returns its file.
    fn file_of(bytes: &[u8], effort: &str) -> Vec<u8> {
        let place = tempfile::TempDir::new().unwrap();
        let git = |args: &[&str]| {
            let output = Command::new("git").current_dir(place.path()).args(args).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
        };
        git(&["init", "-q", "."]);
        std::fs::write(place.path().join("bytes"), bytes).unwrap();
        let setting = format!("core.looseCompression={effort}");
        let oid = git(&["-c", &setting, "hash-object", "-w", "--no-filters", "bytes"]);
        std::fs::read(place.path().join(".git/objects").join(&oid[..2]).join(&oid[2..])).unwrap()
    }

    #[test]
    fn a_whole_stream_is_whole_and_each_beginning_of_it_is_not() {
        let noise: Vec<u8> = (0_u32..70_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[1]).collect();
        let prose = "A governance event is one signed commit. ".repeat(2_000);
        let mixed = [prose.as_bytes(), &noise, prose.as_bytes()].concat();
        for bytes in [&b""[..], b"x", b"hello, hello, hello", &noise, prose.as_bytes(), &mixed] {
            for effort in ["0", "1", "6", "9"] {
                let file = file_of(bytes, effort);
                assert!(!is_cut_off(&file), "{} bytes, effort {effort}", bytes.len());
                // The last four bytes are a checksum, whose lack libgit2 notices.
                let stream = file.len() - 4;
                let step = 1 + stream / 50;
                for length in (0..stream).step_by(step).chain([stream - 1]) {
                    assert!(is_cut_off(&file[..length]), "{length} of {stream} bytes, effort {effort}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_stream_is_left_to_git() {
        assert!(!is_cut_off(&[0x78, 0x01, 0x07, 0xff, 0xff, 0xff]));
        for byte in 0..=255 {
            // Whatever stands there, it ends.
            let _ = is_cut_off(&[byte; 4096]);
        }
    }
}
