//! Bundles: files that are handed to an auditor, who has the genesis and nothing else.

use crate::net::{HELD, LIMITS, Net, another};
use crate::sandbox::script;
use crate::sandbox::story::{Call, Outcome};

/// Returns the ledger's genesis.
fn genesis(net: &Net) -> String {
    net.do_("git config ledger.genesis")
}

/// Begins the auditor's call, in a directory where nothing else is.
fn audit<'n>(net: &'n Net, file: &str) -> Call<'n> {
    let away = net.beside.path().join("away");
    std::fs::create_dir_all(&away).unwrap();
    net.ledger(["bundle", "verify", "--genesis", &genesis(net)])
        .arg(net.beside.path().join(file))
        .in_(&away)
        .under(LIMITS)
}

/// Runs it; nothing about a file that is refused says that it is valid.
fn refused(net: &Net, file: &str) -> Outcome {
    let outcome = audit(net, file).run();
    outcome.never_says("valid: bytes");
    outcome
}

attacks! {
    "a bundle of another ledger, whose people call themselves as ours"
    a_bundle_of_another_ledger: "trust.genesis-mismatch" 3 "--genesis pins the ledger"; |told| {
        let net = Net::new();
        another().ledger("bundle create").arg(net.beside.path().join("other.bundle")).ok();
        told.of(&refused(&net, "other.bundle"));
    }

    "a bundle of this ledger, whose genesis was written anew"
    a_bundle_with_a_genesis_of_its_own: "trust.genesis-mismatch" 3 "--genesis pins the ledger"; |told| {
        let net = Net::new();
        let first = net.do_("git rev-list --max-parents=0 refs/ledger/main");
        let unsigned = String::from_utf8(net.bytes(&first)).unwrap();
        let (before, rest) = unsigned.split_once("gpgsig ").unwrap();
        let unsigned = format!("{before}{}", rest.split_once("-----END SSH SIGNATURE-----\n").unwrap().1);
        let id = crate::site::between(&unsigned, "\"id\":\"", "\"").to_owned();
        net.place(&net.signed("lena", unsigned.replace(&id, "0123456789abcdef0123456789abcdef")));
        net.do_("git bundle create -q $BESIDE/new.bundle refs/ledger/main");
        told.of(&refused(&net, "new.bundle"));
    }

    "a bundle with the evidence of another event and not that which is cited"
    a_bundle_with_the_evidence_of_another_event: "store.evidence-missing" 3 "0 present, 0 erased, 1 missing"; |told| {
        let net = Net::new();
        let other = "blob=$(git rev-parse main:docs/one.md); name=$(git cat-file blob $blob | sha256sum | cut -c1-64)
            tree=$(printf \"100644 blob $blob\\t%s\\n\" $(echo $name | cut -c3-) | git mktree)
            tree=$(printf \"040000 tree $tree\\t%s\\n\" $(echo $name | cut -c1-2) | git mktree)
            printf 'tree %s\\nauthor ledger <> 0 +0000\\ncommitter ledger <> 0 +0000\\n\\nevidence\\n' $tree >../commit
            git update-ref refs/ledger-evidence/main $(git hash-object -w -t commit ../commit)
            git bundle create -q $BESIDE/other.bundle refs/ledger/main refs/ledger-evidence/main";
        net.do_(other);
        told.of(&audit(&net, "other.bundle").run());
    }

    "a bundle whose pack is thin: what it is made of lies in the repository in which it is verified"
    a_bundle_of_a_thin_pack: "store.bundle" 3 "cut short or damaged"; |told| {
        let net = Net::new();
        let thin = "import hashlib, subprocess, struct, sys, zlib
git = lambda *words: subprocess.run(('git',) + words, check=True, capture_output=True).stdout
ref = 'refs/ledger/main'
tip, base = (git('rev-parse', name).strip() for name in (ref, ref + '~1'))
new, old = (git('cat-file', 'commit', name) for name in (tip, base))
def number(n, bits=7):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + number(n >> 7)
delta = number(len(old)) + number(len(new))
delta += b''.join(bytes([len(new[at:at + 100])]) + new[at:at + 100] for at in range(0, len(new), 100))
head = bytes([7 << 4 | len(delta) & 15 | 128]) + number(len(delta) >> 4)
pack = b'PACK' + struct.pack('>II', 2, 1) + head + bytes.fromhex(base.decode()) + zlib.compress(delta)
pack += hashlib.sha1(pack).digest()
sys.stdout.buffer.write(b'# v2 git bundle\\n' + tip + b' ' + ref.encode() + b'\\n\\n' + pack)";
        net.do_(&format!("python3 -c \"{thin}\" >$BESIDE/thin.bundle; git bundle verify -q $BESIDE/thin.bundle"));
        let file = net.beside.path().join("thin.bundle");
        let at_home = net.ledger(["bundle", "verify", "--genesis", &genesis(&net)]).arg(&file).under(LIMITS);
        let objects = net.repo.path().join(".git/objects");
        told.of(&at_home.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", objects).run());
        told.of(&refused(&net, "thin.bundle"));
    }

    "a bundle that needs what its reader has already, read in a whole clone"
    a_bundle_with_prerequisites_in_a_clone: "store.bundle" 3 "which its reader would have to have already"; |told| {
        let net = Net::new();
        net.do_("git bundle create -q $BESIDE/part.bundle refs/ledger/main ^refs/ledger/main~1 refs/ledger-evidence/main");
        let file = net.beside.path().join("part.bundle");
        told.of(&net.ledger(["bundle", "verify", "--genesis", &genesis(&net)]).arg(&file).run());
    }

    "a bundle that says of itself that files were filtered out, so that missing evidence looks meant"
    a_bundle_that_says_it_is_filtered: "store.bundle" 3 "objects were left out of it on purpose (@filter)"; |told| {
        let net = Net::new();
        net.do_("refs='refs/ledger/main refs/ledger-evidence/main'
            { printf '# v3 git bundle\\n@object-format=sha1\\n@filter=blob:none\\n'; for ref in $refs; do echo \"$(git rev-parse $ref) $ref\"; done; echo
              printf '%s\\n' $refs | git pack-objects -q --revs --stdout --filter=blob:none; } >$BESIDE/part.bundle; git bundle verify -q $BESIDE/part.bundle");
        told.of(&refused(&net, "part.bundle"));
    }

    "a bundle that holds a ref whose name turns the direction of writing"
    a_bundle_with_marks_of_direction: "store.bundle" 3 "\\u{202e}"; |told| {
        let net = Net::new();
        net.do_("git update-ref \"$(printf 'refs/\\342\\200\\256x')\" refs/ledger/main; git bundle create -q $BESIDE/all.bundle refs/ledger/main \"$(printf 'refs/\\342\\200\\256x')\"");
        assert!(!refused(&net, "all.bundle").stderr.contains('\u{202e}'));
        told.of(&refused(&net, "all.bundle"));
    }

    "a bundle is replaced by that of another ledger while it is verified, as a file and in its place"
    a_bundle_that_is_replaced_meanwhile: "store.bundle" 3 "cut short or damaged"; |told| {
        let net = Net::new();
        let (good, other) = (net.beside.path().join("good.bundle"), net.beside.path().join("other.bundle"));
        net.ledger("bundle create").arg(&good).ok();
        another().ledger("bundle create").arg(&other).ok();
        let real = net.do_("command -v git");
        let bin = net.beside.path().join("bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let meanwhile = |then: &str| script(&bin.join("git"), &format!("#!/bin/sh\ncase \"$*\" in *index-pack*) {then};; esac\nexec {real} \"$@\"\n"));
        // Another file under the name: what was opened is what is verified.
        meanwhile(&format!("cp '{}' '{1}.new'; mv '{1}.new' '{1}'", other.display(), good.display()));
        audit(&net, "good.bundle").env("PATH", &path).run().says(&genesis(&net));
        told_other(&net);
        // Other bytes in the same file.
        net.ledger("bundle create --force").arg(&good).ok();
        meanwhile(&format!("cat '{}' >'{}'", other.display(), good.display()));
        told.of(&audit(&net, "good.bundle").env("PATH", &path).run());
    }

    "a bundle of a ledger that was rewound is the remote to sync with"
    a_remote_that_is_an_old_bundle: "trust.history" 3 "origin was rewound: 1 event that it had is gone"; |told| {
        let net = Net::new();
        net.do_(&format!("git update-ref refs/ledger/main {}; git bundle create -q $BESIDE/old.bundle refs/ledger/main refs/ledger-evidence/main main; git -C $OMAR remote set-url origin $BESIDE/old.bundle", net.before(HELD)));
        net.not_taken(told);
    }
}

/// What lies under the name now is the other ledger.
fn told_other(net: &Net) {
    refused(net, "good.bundle").says("trust.genesis-mismatch");
}
