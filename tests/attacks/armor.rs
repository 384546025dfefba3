//! The same signature in other clothes. Git says Good to several of them; an event has one.

use crate::site::{Site, TAIL, armor, blob, preamble, string};

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// Puts the newest event in its place with this for its signature header, each line after the first indented by a space.
fn place(site: &Site, armor: &str) {
    place_raw(site, &format!("gpgsig {}\n", armor.replace('\n', "\n ")));
}

fn place_raw(site: &Site, header: &str) {
    let text = site.unsigned(TAIL);
    let at = text.find("\n\n").unwrap() + 1;
    site.place(format!("{}{header}{}", &text[..at], &text[at..]).as_bytes());
}

/// Returns the blob of dora's signature over the newest event.
fn own(site: &Site) -> Vec<u8> {
    blob(&site.key_of("dora"), site.unsigned(TAIL).as_bytes())
}

fn own_armor(site: &Site) -> String {
    armor(&own(site), 70, "\n")
}

/// Returns the blob with a part of it replaced and, where lengths change, as it stands.
fn changed(site: &Site, from: &[u8], to: &[u8]) -> String {
    let blob = own(site);
    let at = blob.windows(from.len()).position(|part| part == from).unwrap();
    armor(&[&blob[..at], to, &blob[at + from.len()..]].concat(), 70, "\n")
}

attacks! {
    "armor of 76 columns"
    armor_of_76_columns: "format.signature" 3 "70 columns"; |told| {
        let site = Site::new();
        place(&site, &own_armor(&site));
        site.ledger("verify").ok();
        place(&site, &armor(&own(&site), 76, "\n"));
        told.stops_everything(&site);
    }

    "armor of 64 columns"
    armor_of_64_columns: "format.signature" 3 "70 columns"; |told| {
        let site = Site::new();
        place(&site, &armor(&own(&site), 64, "\n"));
        told.stops(&site);
    }

    "armor in one line"
    armor_in_one_line: "format.signature" 3 "70 columns"; |told| {
        let site = Site::new();
        place(&site, &armor(&own(&site), 4096, "\n"));
        told.stops(&site);
    }

    "armor of a character a line"
    armor_of_one_column: "format.signature" 3 "70 columns"; |told| {
        let site = Site::new();
        place(&site, &armor(&own(&site), 1, "\n"));
        told.stops(&site);
    }

    "armor with carriage returns"
    armor_with_carriage_returns: "format.signature" 3 "the two lines that enclose an SSH signature"; |told| {
        let site = Site::new();
        place(&site, &armor(&own(&site), 70, "\r\n"));
        told.stops(&site);
    }

    "a carriage return within the armor"
    armor_with_a_carriage_return_within: "format.signature" 3 "canonical base64"; |told| {
        let site = Site::new();
        let armor = own_armor(&site);
        let second = armor.match_indices('\n').nth(1).unwrap().0;
        place(&site, &format!("{}\r{}", &armor[..second], &armor[second..]));
        told.stops(&site);
    }

    "an empty line in the armor"
    armor_with_an_empty_line: "format.signature" 3 "70 columns"; |told| {
        let site = Site::new();
        place(&site, &own_armor(&site).replacen('\n', "\n\n", 1));
        told.stops(&site);
    }

    "an empty line at the end of the armor"
    armor_with_an_empty_line_at_its_end: "format.signature" 3 "70 columns"; |told| {
        let site = Site::new();
        place(&site, &own_armor(&site).replace(&format!("\n{END}"), &format!("\n\n{END}")));
        told.stops(&site);
    }

    "spaces at the end of the armor's lines"
    armor_with_spaces_at_the_end_of_lines: "format.signature" 3 "canonical base64"; |told| {
        let site = Site::new();
        let armor = own_armor(&site);
        let second = armor.match_indices('\n').nth(1).unwrap().0;
        place(&site, &format!("{} {}", &armor[..second], &armor[second..]));
        told.stops(&site);
    }

    "a space behind the armor's first line"
    armor_with_a_space_behind_its_first_line: "format.signature" 3 "the two lines that enclose an SSH signature"; |told| {
        let site = Site::new();
        place(&site, &own_armor(&site).replace(BEGIN, &format!("{BEGIN} ")));
        told.stops(&site);
    }

    "a space behind the armor's last line"
    armor_with_a_space_behind_its_last_line: "format.signature" 3 "the two lines that enclose an SSH signature"; |told| {
        let site = Site::new();
        place(&site, &format!("{} ", own_armor(&site)));
        told.stops(&site);
    }

    "the armor's lines indented by two spaces"
    armor_that_is_indented_twice: "format.signature" 3 "canonical base64"; |told| {
        let site = Site::new();
        let (first, rest) = own_armor(&site).split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let (body, last) = rest.rsplit_once('\n').unwrap();
        let body = body.replace('\n', "\n ");
        place(&site, &format!("{first}\n {body}\n{last}"));
        told.stops(&site);
    }

    "words before the armor"
    armor_behind_words: "format.signature" 3 "the two lines that enclose an SSH signature"; |told| {
        let site = Site::new();
        place(&site, &format!("Reviewed and fine:\n{}", own_armor(&site)));
        told.stops(&site);
    }

    "words behind the armor"
    armor_before_words: "format.signature" 3 "the two lines that enclose an SSH signature"; |told| {
        let site = Site::new();
        place(&site, &format!("{}\nReviewed and fine.", own_armor(&site)));
        told.stops(&site);
    }

    "two armors in one header"
    two_armors_in_one_header: "format.signature" 3 "canonical base64"; |told| {
        let site = Site::new();
        let armor = own_armor(&site);
        place(&site, &format!("{armor}\n{armor}"));
        told.stops(&site);
    }

    "two signature headers"
    two_signature_headers: "format.header" 3 "the header \"gpgsig\" is not one of an event, or out of its place"; |told| {
        let site = Site::new();
        let header = format!("gpgsig {}\n", own_armor(&site).replace('\n', "\n "));
        place_raw(&site, &header.repeat(2));
        told.stops(&site);
        // Of two that differ, neither counts.
        let text = site.unsigned(TAIL);
        let omars = armor(&blob(&site.key_of("omar"), text.as_bytes()), 70, "\n").replace('\n', "\n ");
        place_raw(&site, &format!("{header}gpgsig {omars}\n"));
        told.of(&site.ledger("verify").run());
    }

    "the armor of PGP"
    armor_of_pgp: "format.signature" 3 "the two lines that enclose an SSH signature"; |told| {
        let site = Site::new();
        place(&site, &own_armor(&site).replace("SSH SIGNATURE", "PGP SIGNATURE"));
        told.stops(&site);
    }

    "base64 whose last bits are not zero"
    base64_with_bits_that_nobody_reads: "format.signature" 3 "canonical base64"; |told| {
        let site = Site::new();
        let armor = own_armor(&site);
        let (body, end) = armor.split_at(armor.find('=').unwrap() - 1);
        let last = end.as_bytes()[0];
        assert!(b"AEIMQUYcgkosw048".contains(&last), "its last two bits are zero");
        let next = char::from(last + 1);
        place(&site, &format!("{body}{next}{}", &end[1..]));
        told.stops(&site);
    }

    "base64 without its padding"
    base64_without_padding: "format.signature" 3 "canonical base64"; |told| {
        let site = Site::new();
        place(&site, &own_armor(&site).replace('=', ""));
        told.stops(&site);
    }

    "base64 in the alphabet of addresses"
    base64_in_another_alphabet: "format.signature" 3 "canonical base64"; |told| {
        let site = Site::new();
        let armor = own_armor(&site);
        let first = armor.split('\n').nth(1).unwrap();
        place(&site, &armor.replace(first, &format!("{}-{}", &first[..20], &first[21..])));
        told.stops(&site);
    }

    "a signature header without a signature"
    an_empty_signature: "format.signature" 3 "the two lines that enclose an SSH signature"; |told| {
        let site = Site::new();
        place_raw(&site, "gpgsig \n");
        told.stops(&site);
    }

    "bytes behind the blob"
    bytes_behind_the_blob: "format.signature" 3 "bytes follow after the blob"; |told| {
        let site = Site::new();
        place(&site, &armor(&[own(&site), vec![0]].concat(), 70, "\n"));
        told.stops(&site);
    }

    "bytes behind the 64 of the signature"
    bytes_behind_the_signature: "format.signature" 3 "bytes follow after the signature"; |told| {
        let site = Site::new();
        let blob = own(&site);
        let at = blob.len() - 4 - 11 - 4 - 4 - 64;
        let inner = [&blob[at + 4..], &[0][..]].concat();
        place(&site, &armor(&[&blob[..at], &string(&inner)].concat(), 70, "\n"));
        told.stops(&site);
    }

    "a blob of version 2"
    a_blob_of_version_2: "format.signature" 3 "the blob's version is not 1"; |told| {
        let site = Site::new();
        place(&site, &changed(&site, b"SSHSIG\0\0\0\x01", b"SSHSIG\0\0\0\x02"));
        told.stops(&site);
    }

    "a reserved field that says something"
    a_reserved_field_that_says_something: "format.signature" 3 "its reserved field is \"x\""; |told| {
        let site = Site::new();
        place(&site, &changed(&site, b"\0\0\0\x03git\0\0\0\0", b"\0\0\0\x03git\0\0\0\x01x"));
        told.stops(&site);
    }

    "a signature made for files (`-n file`)"
    a_signature_of_another_namespace: "format.signature" 3 "its namespace is \"file\""; |told| {
        use ed25519_dalek::Signer as _;
        let site = Site::new();
        let (key, text) = (site.key_of("dora"), site.unsigned(TAIL));
        let signature = key.sign(&preamble("file", text.as_bytes())).to_bytes();
        let own = own(&site);
        let head = &own[..own.len() - 64];
        let at = head.windows(7).position(|part| part == b"\0\0\0\x03git").unwrap();
        place(&site, &armor(&[&head[..at], b"\0\0\0\x04file", &head[at + 7..], &signature].concat(), 70, "\n"));
        told.stops(&site);
    }

    "a signature made for files that says `git`"
    a_signature_of_another_namespace_that_says_git: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        use ed25519_dalek::Signer as _;
        let site = Site::new();
        let (key, text) = (site.key_of("dora"), site.unsigned(TAIL));
        let signature = key.sign(&preamble("file", text.as_bytes())).to_bytes();
        let own = own(&site);
        place(&site, &armor(&[&own[..own.len() - 64], &signature].concat(), 70, "\n"));
        told.stops(&site);
    }

    "a signature over SHA-256"
    a_signature_over_another_hash: "format.signature" 3 "its hash is \"sha256\""; |told| {
        let site = Site::new();
        place(&site, &changed(&site, b"sha512", b"sha256"));
        told.stops(&site);
    }

    "a signature of another type than its key"
    a_signature_of_another_type: "format.signature" 3 "the signature is of another type than its key"; |told| {
        let site = Site::new();
        let own = own(&site);
        let at = own.len() - 64 - 4 - 11 - 4 - 4;
        let inner = [string(b"ssh-rsa"), string(&own[own.len() - 64..])].concat();
        place(&site, &armor(&[&own[..at], &string(&inner)].concat(), 70, "\n"));
        told.stops(&site);
    }
}
