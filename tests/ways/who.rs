//! Who made a commit: the key that signed it. Names and emails are claims, which exclude and never clear.

use super::Place;

/// Commits a plan by a script, declares it, and returns who may not review it.
fn excluded(script: &str) -> Vec<&'static str> {
    excluded_in(&Place::new(), script)
}

fn excluded_in(place: &Place, script: &str) -> Vec<&'static str> {
    place.person("mallory");
    place.do_(&format!("put plans/one.md; git add -A; {script}"));
    place.ledger("declare PLAN-1 --kind plan --path plans/one.md").ok();
    let may_not = |name: &&str| {
        let reviewed = place.ledger("attest PLAN-1 review --dry-run").json().as_(name).run();
        match reviewed.code {
            0 => false,
            1 => {
                assert_eq!(reviewed.text("error.explanations.0.code"), "authority.author", "{reviewed}");
                true
            }
            _ => panic!("{reviewed}"),
        }
    };
    ["omar", "ines"].into_iter().filter(may_not).collect()
}

/// Has somebody sign with somebody's key, under whatever name git is told.
fn signed(key: &str, name: &str) -> String {
    format!(
        "git -c user.signingKey=$BESIDE/keys/{key} -c user.name={name} -c user.email={name}@example.org commit -q -m plan"
    )
}

#[test]
fn the_key_that_signed_a_commit_says_whose_it_is() {
    assert_eq!(excluded(&signed("lena", "lena")), [""; 0]);
    assert_eq!(excluded(&signed("omar", "omar")), ["omar"]);
    // Under the name of another: the key counts, and so does the claim, against both.
    assert_eq!(excluded(&signed("omar", "ines")), ["omar", "ines"]);
    assert_eq!(excluded(&signed("lena", "ines")), ["ines"]);
    assert_eq!(excluded("git commit -q -m plan --author 'ines <ines@example.org>'"), ["ines"]);
    assert_eq!(excluded("git commit -q -m 'plan\n\nCo-authored-by: Omar <OMAR@example.org>'"), ["omar"]);
}

#[test]
fn an_unsigned_commit_claims_and_an_unknown_key_is_nobody() {
    assert_eq!(excluded("git -c user.email=omar@example.org commit -q --no-gpg-sign -m plan"), ["omar"]);
    assert_eq!(excluded("git commit -q --no-gpg-sign -m plan"), [""; 0]);
    // Mallory's key was never enrolled: what mallory says of others counts against them, and clears nobody.
    assert_eq!(excluded(&signed("mallory", "omar")), ["omar"]);
    assert_eq!(excluded(&signed("mallory", "mallory")), [""; 0]);
}

#[test]
fn a_revoked_key_is_nobodys() {
    let place = Place::new();
    let fingerprint = place.public_key("omar").display().to_string();
    place.person("spare");
    let spare = place.public_key("spare").display().to_string();
    place.ledger(["key", "add", "omar", "--public-key", &spare]).as_("lena").ok();
    place.ledger(["key", "revoke", "omar", &fingerprint, "--reason", "lost"]).as_("lena").ok();
    let omar = place.home("omar").join(".gitconfig");
    let text = std::fs::read_to_string(&omar).unwrap().replace("keys/omar", "keys/spare");
    std::fs::write(&omar, text).unwrap();
    assert_eq!(excluded_in(&place, &signed("omar", "mallory")), [""; 0], "the old key names nobody");
    place.do_(&format!("put plans/one.md again; git add -A; {}", signed("spare", "mallory")));
    place.ledger("attest PLAN-1 review").as_("omar").exits(1).says("PLAN-1 was written by omar");
}

/// Before there is a signature the committer is predicted from the key at hand and from what git is told: whoever would have
/// written the file is not asked to review it.
#[test]
fn the_hook_predicts_who_commits() {
    let place = Place::new();
    place.do_("put plans/one.md; git add -A; git commit -q -m plan");
    place.ledger("declare PLAN-1 --kind plan --path plans/one.md").ok();
    place.do_("put plans/one.md other; put plans/src/x; git add -A");
    let unsigned = "git -c user.name=lena -c user.email=lena@example.org commit -q --no-gpg-sign -m m";
    for (who, commit, asked) in [
        ("lena", "git commit -q -m m", "ines, omar"),
        ("omar", "git commit -q -m m", "ines"),
        // Omar's key at hand is enough, whatever name git is told; and whoever names ines is taken at the word.
        ("omar", unsigned, "ines"),
        ("lena", "git commit -q -m m --author 'ines <ines@example.org>'", "omar"),
        ("lena", "GIT_COMMITTER_EMAIL=omar@example.org git commit -q -m m", "ines"),
    ] {
        let refused = place.script(commit).as_(who).exits(1);
        refused.says("plans/src/x  blocked: UNREVIEWED on PLAN-1");
        let next = refused.stderr.lines().find(|line| line.contains("ledger attest PLAN-1 review")).unwrap();
        assert!(next.ends_with(&format!("approver: {asked}")), "{who}: {commit}\n{refused}");
    }
    // What somebody else reviewed may go.
    place.do_("git reset -q HEAD plans/src; git commit -q -m 'The plan'");
    place.ledger("attest PLAN-1 review").as_("ines").ok();
    place.do_("git add -A; git commit -q -m 'The work'");
}
