//! Payloads that are JSON in another form than the one, or none. Each is signed by its author as it stands.

use crate::site::{Site, TAIL, replaced, with_signature};

/// The bytes of the newest event with those of its title replaced, signed as far as bytes that are no text can be.
fn with_title(site: &Site, title: &[u8]) -> Vec<u8> {
    let text = site.unsigned(TAIL);
    let at = text.find("Retry twice").unwrap();
    let bytes = [&text.as_bytes()[..at], title, &text.as_bytes()[at + 11..]].concat();
    site.signed("dora", bytes)
}

attacks! {
    "a space in the payload"
    a_space_in_the_payload: "format.canonical" 3 "white space"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}", "\"v\": 1}");
        told.stops_everything(&site);
    }

    "a space before the payload"
    a_space_before_the_payload: "format.canonical" 3 "white space"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\n{", "\n\n {");
        told.stops(&site);
    }

    "a space behind the payload"
    a_space_behind_the_payload: "format.json" 3 "the JSON value ends here and something follows"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}\n", "\"v\":1} \n");
        told.stops(&site);
    }

    "keys in another order"
    keys_in_another_order: "format.canonical" 3 "the key \"actor\" is not in its sorted place"; |told| {
        let site = Site::new();
        site.resign(TAIL, "{\"actor\":\"dora\",\"as\":\"drafter\",", "{\"as\":\"drafter\",\"actor\":\"dora\",");
        told.stops(&site);
    }

    "an escape where none is needed"
    an_escape_that_is_not_needed: "format.canonical" 3 "another escape than the shortest"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"Retry twice\"", "\"Retry\\/twice\"");
        told.stops(&site);
    }

    "a letter written as `\\u`"
    a_letter_written_by_its_number: "format.canonical" 3 "another escape than the shortest"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"Retry twice\"", "\"\\u0052etry twice\"");
        told.stops(&site);
    }

    "a line feed written as `\\u000a`"
    a_line_feed_written_by_its_number: "format.canonical" 3 "another escape than the shortest"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"Retry twice\"", "\"Retry\\u000atwice\"");
        told.stops(&site);
    }

    "a character written as two surrogates"
    a_character_written_as_surrogates: "format.canonical" 3 "a character written as surrogates"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"Retry twice\"", "\"\\ud83d\\ude00\"");
        told.stops(&site);
    }

    "half of a pair of surrogates"
    half_of_a_pair_of_surrogates: "format.canonical" 3 "a character written as surrogates"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"Retry twice\"", "\"\\ud83d\"");
        told.stops(&site);
    }

    "the number 12.0"
    a_number_with_a_fraction: "format.number" 3 "a number that is not an integer"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":12.0");
        told.stops(&site);
    }

    "the number 1.5"
    a_number_that_is_no_integer: "format.number" 3 "a number that is not an integer"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":1.5");
        told.stops(&site);
    }

    "the number 12e0"
    a_number_with_an_exponent: "format.number" 3 "a number that is not an integer"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":12e0");
        told.stops(&site);
    }

    "the number 012"
    a_number_with_a_zero_before_it: "format.canonical" 3 "a number in another form than the shortest"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":012");
        told.stops(&site);
    }

    "the number -0"
    a_number_that_is_minus_zero: "format.number" 3 "or is `-0`"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":-0");
        told.stops(&site);
    }

    "the number 2^53, which other readers round"
    a_number_that_others_round: "format.number" 3 "a number that is not an integer of at most 2^53-1"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":9007199254740991");
        site.ledger("verify").ok();
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":9007199254740992");
        told.stops(&site);
    }

    "the number -2^63, whose magnitude no such integer has"
    a_number_without_a_magnitude: "format.number" 3 "a number that is not an integer of at most 2^53-1"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":-9223372036854775808");
        told.stops(&site);
    }

    "a number of 30 digits"
    a_number_of_thirty_digits: "format.number" 3 "a number that is not an integer of at most 2^53-1"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", &format!("\"number\":{}", "9".repeat(30)));
        told.stops(&site);
    }

    "not a number (`NaN`)"
    not_a_number: "format.json" 3 "no JSON value begins here"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":NaN");
        told.stops(&site);
    }

    "a key twice"
    a_key_twice: "format.duplicate-key" 3 "the key \"actor\" stands twice"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"actor\":\"dora\",", "\"actor\":\"dora\",\"actor\":\"omar\",");
        told.stops(&site);
    }

    "a key twice in an inner object"
    a_key_twice_within: "format.duplicate-key" 3 "the key \"number\" stands twice"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"number\":12,\"number\":13");
        told.stops(&site);
    }

    "a key that is not ASCII, whose sorted place is disputed"
    a_key_that_is_not_ascii: "format.text" 3 "is not printable ASCII"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", "\"n\u{fc}mber\":12");
        told.stops(&site);
    }

    "nesting deeper than 16 levels"
    nesting_deeper_than_the_limit: "format.depth" 3 "nested deeper than 16 levels"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", &format!("\"number\":{}12{}", "[".repeat(14), "]".repeat(14)));
        told.stops(&site);
    }

    "half a million levels, to exhaust the stack"
    nesting_to_exhaust_the_stack: "format.depth" 3 "nested deeper than 16 levels"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"number\":12", &format!("\"number\":{}", "[".repeat(500_000)));
        told.stops(&site);
    }

    "JSON that ends too early"
    json_that_ends_too_early: "format.json" 3 "the JSON ends too early"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}\n", "\"v\":1\n");
        told.stops(&site);
    }

    "something behind the JSON"
    something_behind_the_json: "format.json" 3 "something follows"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}\n", "\"v\":1}{}\n");
        told.stops(&site);
    }

    "a comment in the JSON"
    a_comment_in_the_json: "format.json" 3 "`\"` is expected"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\n{\"actor\"", "\n\n{/* fine */\"actor\"");
        told.stops(&site);
    }

    "a comma behind the last value"
    a_comma_behind_the_last_value: "format.json" 3 "`\"` is expected"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}", "\"v\":1,}");
        told.stops(&site);
    }

    "a byte order mark before the payload"
    a_byte_order_mark: "format.json" 3 "no JSON value begins here"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\n{", "\n\n\u{feff}{");
        told.stops(&site);
    }

    "a payload that is a list"
    a_payload_that_is_a_list: "format.type" 3 "payload"; |told| {
        let site = Site::new();
        let text = site.unsigned(TAIL);
        let payload = text.lines().last().unwrap();
        site.resign(TAIL, payload, &format!("[{payload}]"));
        told.stops(&site);
    }

    "a control character within a text"
    a_control_character_within_a_text: "format.json" 3 "a control character within a string"; |told| {
        let site = Site::new();
        site.resign(TAIL, "Retry twice", "Retry\u{1}twice");
        told.stops(&site);
    }

    "broken UTF-8"
    broken_utf8: "format.encoding" 3 "the commit is not UTF-8"; |told| {
        let site = Site::new();
        let commit = with_title(&site, b"Retry \xff\xfe");
        site.place(&commit);
        told.stops(&site);
    }

    "UTF-8 that ends within a character"
    utf8_that_ends_within_a_character: "format.encoding" 3 "the commit is not UTF-8"; |told| {
        let site = Site::new();
        let commit = with_title(&site, b"Retry \xe2\x82");
        site.place(&commit);
        told.stops(&site);
    }

    "UTF-8 that is longer than it has to be"
    overlong_utf8: "format.encoding" 3 "the commit is not UTF-8"; |told| {
        let site = Site::new();
        // A quotation mark in two bytes, which a careless reader takes for the end of the text.
        let commit = with_title(&site, b"Retry\xc0\xa2,");
        site.place(&commit);
        told.stops(&site);
    }

    "surrogates in UTF-8"
    surrogates_in_utf8: "format.encoding" 3 "the commit is not UTF-8"; |told| {
        let site = Site::new();
        let commit = with_title(&site, b"Retry \xed\xa0\xbd\xed\xb8\x80");
        site.place(&commit);
        told.stops(&site);
    }

    "a character beyond Unicode in UTF-8"
    beyond_unicode_in_utf8: "format.encoding" 3 "the commit is not UTF-8"; |told| {
        let site = Site::new();
        let commit = with_title(&site, b"Retry \xf4\x90\x80\x80");
        site.place(&commit);
        told.stops(&site);
    }

    "broken UTF-8 in a header"
    broken_utf8_in_a_header: "format.encoding" 3 "the commit is not UTF-8"; |told| {
        let site = Site::new();
        let text = replaced(&site.unsigned(TAIL), "committer dora", "committer d\u{e9}ra");
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        site.place(&with_signature(&latin, &[]));
        told.stops(&site);
    }
}
