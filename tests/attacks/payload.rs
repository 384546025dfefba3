//! Payloads that are canonical JSON and no event of this format.

use crate::site::{Site, TAIL, replaced};

attacks! {
    "a payload larger than a mebibyte"
    a_payload_that_is_too_large: "format.size" 3 "at most 1048576 are allowed"; |told| {
        let site = Site::new();
        site.resign(TAIL, "Retry twice", &"x".repeat(1 << 20));
        told.stops_everything(&site);
    }

    "a payload of 100 MB, refused before it is unpacked"
    a_payload_of_a_hundred_megabytes: "format.size" 3 "1 before the tip of the ledger: a commit of 10"; |told| {
        let site = Site::new();
        let text = replaced(&site.unsigned("declared DOC-8"), "\"title\":null", &format!("\"title\":\"{}\"", "x".repeat(100_000_000)));
        let (tail, parent) = (site.text(TAIL), site.commit_of("declared DOC-8"));
        let before = site.before("declared DOC-8");
        let large = site.place(&site.signed("dora", &text));
        site.place(replaced(&tail, &parent, &large).as_bytes());
        // Far less memory than the payload has bytes.
        for command in ["verify", "status", "check --staged", "declare DOC-77 --kind document"] {
            told.of(&site.ledger(command).as_("dora").under("-d 80000").run());
        }
        // The way back is found where git has the memory to read the commit.
        let verified = site.ledger("verify").run();
        told.of(verified.says(&format!("git update-ref refs/ledger/main {before}")));
        site.repo.git(["-c", "core.bigFileThreshold=1", "gc", "-q", "--prune=now"]);
        told.of(&site.ledger("verify").under("-d 80000").run());
    }

    "a text longer than 16 KiB"
    a_text_that_is_too_long: "format.size" 3 "16384"; |told| {
        let site = Site::new();
        site.resign(TAIL, "Retry twice", &"x".repeat(16 * 1024 + 1));
        told.stops(&site);
    }

    "version 2"
    an_unknown_version: "format.unknown-version" 3 "version 2"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}", "\"v\":2}");
        told.stops(&site);
    }

    "a version that is a text"
    a_version_that_is_a_text: "format.unknown-version" 3 "\"1\""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}", "\"v\":\"1\"}");
        told.stops(&site);
    }

    "a type of a later version"
    an_unknown_type: "format.unknown-type" 3 "\"approved\""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"type\":\"declared\"", "\"type\":\"approved\"");
        told.stops(&site);
    }

    "a key that this version does not have"
    an_unknown_key: "format.unknown-key" 3 "\"urgent\""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"type\":\"declared\",", "\"type\":\"declared\",\"urgent\":true,");
        told.stops(&site);
    }

    "a key of the body that this version does not have"
    an_unknown_key_of_the_body: "format.unknown-key" 3 "\"urgent\""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"title\":\"Retry twice\"", "\"title\":\"Retry twice\",\"urgent\":true");
        told.stops(&site);
    }

    "a question that this version does not have"
    an_unknown_question: "format.unknown-key" 3 "\"weather\""; |told| {
        let site = Site::new();
        site.resign("attested DOC-1 review=approve", "\"q\":\"path\"", "\"q\":\"weather\"");
        told.stops(&site);
    }

    "semantics of a later release, in a charter that is adopted"
    unknown_semantics: "charter.semantics" 3 "semantics"; |told| {
        let site = Site::new();
        let text = site.unsigned("founded ATTACKED");
        site.resign("founded ATTACKED", "\"semantics\":1", "\"semantics\":2");
        site.ledger("verify").exits(3);
        let both = text.replace("\"semantics\":1", "\"semantics\":2").replace("semantics = 1", "semantics = 2");
        site.place(&site.signed("lena", &both));
        told.of(&site.ledger("verify").run());
        told.of(&site.ledger("declare DOC-77 --kind document").as_("dora").run());
    }

    "semantics in the event that are not those of the charter's text"
    semantics_that_are_not_those_of_the_text: "charter.semantics" 3 "semantics 2"; |told| {
        let site = Site::new();
        site.resign("founded ATTACKED", "\"semantics\":1", "\"semantics\":2");
        told.of(&site.ledger("verify").run());
        told.of(&site.ledger("status").run());
    }

    "a charter with a word that names nothing"
    a_charter_with_a_word_that_names_nothing: "charter.unknown-word" 3 "sealabel"; |told| {
        let site = Site::new();
        site.resign("founded ATTACKED", "if sealable", "if sealabel");
        told.of(&site.ledger("verify").run());
        told.of(&site.ledger("status").run());
    }

    "a key is missing"
    a_missing_key: "format.missing-key" 3 "\"item\""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"item\":\"DOC-9\",", "");
        told.stops(&site);
    }

    "`pending` that is false"
    a_flag_that_is_false: "format.type" 3 "payload.pending"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"prev\":", "\"pending\":false,\"prev\":");
        told.stops(&site);
    }

    "a title that is a number"
    a_title_that_is_a_number: "format.type" 3 "title"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"title\":\"Retry twice\"", "\"title\":7");
        told.stops(&site);
    }

    "a declaration about no item"
    a_declaration_about_no_item: "format.type" 3 "cannot be about repo"; |told| {
        let site = Site::new();
        let text = replaced(&site.unsigned(TAIL), "\"item\":\"DOC-9\"", "\"item\":null");
        site.place(&site.signed("dora", text.replace("declared DOC-9", "declared repo")));
        told.stops(&site);
    }

    "an item with `..` in its id"
    an_id_with_two_dots: "format.id" 3 "DOC..9"; |told| {
        let site = Site::new();
        let text = site.unsigned(TAIL).replace("DOC-9", "DOC..9");
        site.place(&site.signed("dora", text));
        told.stops(&site);
    }

    "a digest in upper case"
    a_digest_in_upper_case: "format.id" 3 "is not"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"prev\":\"", "\"prev\":\"A");
        told.stops(&site);
    }

    "text that turns the direction of writing"
    a_text_that_turns_the_direction: "format.text" 3 "U+202E"; |told| {
        let site = Site::new();
        site.resign(TAIL, "Retry twice", "Retry\u{202e}twice");
        told.stops(&site);
    }

    "a terminal's escape in a text"
    a_text_with_an_escape_of_terminals: "format.text" 3 "U+001B"; |told| {
        let site = Site::new();
        site.resign(TAIL, "Retry twice", "\\u001b[2J");
        told.stops(&site);
    }

    "a path that leads upwards"
    a_path_that_leads_upwards: "format.path" 3 "docs/../src/main.rs"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"path\":null", "\"path\":\"docs/../src/main.rs\"");
        told.stops(&site);
    }

    "a path into git's own directory"
    a_path_into_the_directory_of_git: "format.path" 3 ".Git/config"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"path\":null", "\"path\":\".Git/config\"");
        told.stops(&site);
    }

    "a path in decomposed characters"
    a_path_in_decomposed_characters: "format.path" 3 "docs/"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"path\":null", "\"path\":\"docs/e\u{301}.md\"");
        told.stops(&site);
    }

    "a set out of order"
    a_set_out_of_order: "format.set" 3 "cites"; |told| {
        let site = Site::new();
        site.resign(TAIL, "[\"DOC-1\",\"DOC-8\"]", "[\"DOC-8\",\"DOC-1\"]");
        told.stops(&site);
    }

    "a set that holds something twice"
    a_set_that_holds_something_twice: "format.set" 3 "cites"; |told| {
        let site = Site::new();
        site.resign(TAIL, "[\"DOC-1\",\"DOC-8\"]", "[\"DOC-1\",\"DOC-1\"]");
        told.stops(&site);
    }

    "a time with an offset"
    a_time_with_an_offset: "format.time" 3 "+00:00"; |told| {
        let site = Site::new();
        site.resign(TAIL, "Z\",\"body\"", "+00:00\",\"body\"");
        told.stops(&site);
    }
}
