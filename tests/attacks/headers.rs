//! Headers and messages that git takes, or nearly, and that no event has. Each is signed by its author as it stands, so that
//! the signature is no reason to refuse it; where the header is not signed by git's rules, the signature is the old one.

use crate::site::{Site, TAIL, replaced, with_signature};

const END: &str = "-----END SSH SIGNATURE-----\n";

/// Returns the line of a header with its line feed.
fn line(site: &Site, name: &str) -> String {
    let text = site.text(TAIL);
    format!("{}\n", text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap())
}

attacks! {
    "a header `encoding`"
    a_header_encoding: "format.header" 3 "the header \"encoding\" is not one of an event"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\n", "\nencoding UTF-8\n\n");
        told.stops_everything(&site);
        site.tamper(TAIL, END, &format!("{END}encoding ISO-8859-1\n"));
        told.stops(&site);
    }

    "a header `mergetag`"
    a_header_mergetag: "format.header" 3 "the header \"mergetag\" is not one of an event"; |told| {
        let site = Site::new();
        let tag = format!("mergetag object {}\n type commit\n tag v1\n tagger dora <> 0 +0000\n \n v1\n", site.head());
        site.tamper(TAIL, END, &format!("{END}{tag}"));
        told.stops(&site);
    }

    "a header of another tool (`HG:extra`)"
    a_header_of_another_tool: "format.header" 3 "the header \"HG:extra\" is not one of an event"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\n", "\nHG:extra branch:stable\n\n");
        told.stops(&site);
    }

    "a header that begins with `gpgsig`, which git does not sign and calls Good"
    a_header_that_begins_like_the_signature: "format.header" 3 "the header \"gpgsigx\" is not one of an event"; |told| {
        let site = Site::new();
        site.tamper(TAIL, "gpgsig -----BEGIN", "gpgsigx anything\ngpgsig -----BEGIN");
        told.stops(&site);
    }

    "a signature of the other object format beside the own"
    a_second_signature_for_the_other_object_format: "format.header" 3 "the header \"gpgsig-sha256\" is not one of an event"; |told| {
        let site = Site::new();
        let text = site.text(TAIL);
        let (_, rest) = text.split_once("gpgsig ").unwrap();
        let (armor, _) = rest.split_once(END).unwrap();
        site.tamper(TAIL, END, &format!("{END}gpgsig-sha256 {armor}{END}"));
        told.stops(&site);
    }

    "the signature only under the other object format's header"
    a_signature_under_the_header_of_the_other_object_format: "format.header" 3 "\"gpgsig-sha256\""; |told| {
        let site = Site::new();
        site.tamper(TAIL, "gpgsig -----BEGIN", "gpgsig-sha256 -----BEGIN");
        told.stops(&site);
    }

    "a second author"
    a_second_author: "format.header" 3 "the header `committer` is missing or out of its place"; |told| {
        let site = Site::new();
        let author = line(&site, "author");
        site.resign(TAIL, &author, &author.repeat(2));
        told.stops(&site);
    }

    "a second committer"
    a_second_committer: "format.header" 3 "the header \"committer\" is not one of an event, or out of its place"; |told| {
        let site = Site::new();
        let committer = line(&site, "committer");
        site.resign(TAIL, &committer, &committer.repeat(2));
        told.stops(&site);
    }

    "author and committer change places"
    headers_in_another_order: "format.header" 3 "the header `author` is missing or out of its place"; |told| {
        let site = Site::new();
        let (one, other) = (line(&site, "author"), line(&site, "committer"));
        let text = replaced(&site.unsigned(TAIL), &format!("{one}{other}"), &format!("{other}{one}"));
        site.place(&site.signed("dora", &text));
        told.stops(&site);
    }

    "the parent stands before the tree"
    a_parent_before_the_tree: "format.commit" 3 "the commit does not begin with a tree"; |told| {
        let site = Site::new();
        let (one, other) = (line(&site, "tree"), line(&site, "parent"));
        site.resign(TAIL, &format!("{one}{other}"), &format!("{other}{one}"));
        told.stops(&site);
    }

    "the signature stands before the author"
    a_signature_before_the_author: "format.header" 3 "the header `author` is missing or out of its place"; |told| {
        let site = Site::new();
        let text = site.text(TAIL);
        let at = text.find("gpgsig ").unwrap();
        let end = text.find(END).unwrap() + END.len();
        let signature = text[at..end].to_owned();
        let moved = replaced(&replaced(&text, &signature, ""), "author ", &format!("{signature}author "));
        site.place(moved.as_bytes());
        told.stops(&site);
    }

    "another author than the payload's actor"
    an_author_who_is_not_the_actor: "format.identity" 3 "the author is \"lena <>"; |told| {
        let site = Site::new();
        site.resign_as("dora", TAIL, "author dora ", "author lena ");
        told.stops(&site);
    }

    "another committer than author"
    a_committer_who_is_not_the_author: "format.identity" 3 "the committer is \"omar <>"; |told| {
        let site = Site::new();
        site.resign(TAIL, "committer dora ", "committer omar ");
        told.stops(&site);
    }

    "an email beside the author's name"
    an_author_with_an_email: "format.identity" 3 "dora@example.org"; |told| {
        let site = Site::new();
        site.resign(TAIL, "author dora <>", "author dora <dora@example.org>");
        told.stops(&site);
    }

    "another time zone"
    a_time_zone: "format.identity" 3 "+0100"; |told| {
        let site = Site::new();
        site.resign(TAIL, " +0000\ncommitter", " +0100\ncommitter");
        told.stops(&site);
    }

    "minus zero for a time zone"
    a_time_zone_of_minus_zero: "format.identity" 3 "-0000"; |told| {
        let site = Site::new();
        site.resign(TAIL, " +0000\n\n", " -0000\n\n");
        told.stops(&site);
    }

    "another time in the headers than in the payload"
    a_time_that_is_not_the_payloads: "format.time" 3 "the payload's `at` is"; |told| {
        let site = Site::new();
        let committer = line(&site, "committer");
        site.resign(TAIL, &committer, "committer dora <> 1 +0000\n");
        told.stops(&site);
    }

    "a time with zeros before it"
    a_time_with_zeros_before_it: "format.rebuild" 3 "the commit is not what its own content encodes to"; |told| {
        let site = Site::new();
        site.resign(TAIL, "author dora <> ", "author dora <> 0");
        told.stops(&site);
    }

    "two spaces behind the name of a header"
    a_header_with_two_spaces: "format.identity" 3 "the author is \"dora <>  "; |told| {
        let site = Site::new();
        site.resign_as("dora", TAIL, "author dora <> ", "author dora <>  ");
        told.stops(&site);
    }

    "a header that runs on over a second line"
    a_header_that_runs_on: "format.identity" 3 "the committer is"; |told| {
        let site = Site::new();
        let committer = line(&site, "committer");
        site.resign(TAIL, &committer, &format!("{committer} approved by omar\n"));
        told.stops(&site);
    }

    "a carriage return at the end of a header"
    a_header_with_a_carriage_return: "format.identity" 3 "+0000\\r"; |told| {
        let site = Site::new();
        let committer = line(&site, "committer");
        site.resign(TAIL, &committer, &committer.replace('\n', "\r\n"));
        told.stops(&site);
    }

    "an event that is a merge commit"
    an_event_that_is_a_merge: "format.parents" 3 "the commit has two parents; an event has one"; |told| {
        let site = Site::new();
        let parent = line(&site, "parent");
        site.resign(TAIL, &parent, &format!("{parent}parent {}\n", site.head()));
        told.stops(&site);
    }

    "the same parent twice"
    the_same_parent_twice: "format.parents" 3 "the commit has two parents; an event has one"; |told| {
        let site = Site::new();
        let parent = line(&site, "parent");
        site.resign(TAIL, &parent, &parent.repeat(2));
        told.stops(&site);
    }

    "no parent, so that the chain begins anew"
    an_event_without_its_parent: "format.parents" 3 "contradict each other"; |told| {
        let site = Site::new();
        let parent = line(&site, "parent");
        site.resign(TAIL, &parent, "");
        told.stops(&site);
    }

    "a parent in upper case"
    a_parent_in_upper_case: "format.id" 3 "is not"; |told| {
        let site = Site::new();
        let parent = line(&site, "parent");
        site.resign(TAIL, &parent, &format!("parent {}\n", parent[7..].trim_end().to_uppercase()));
        told.stops(&site);
    }

    "an event with files in its tree"
    an_event_with_a_tree: "format.tree" 3 "an event has the empty tree"; |told| {
        let site = Site::new();
        let tree = format!("tree {}\n", site.repo.git(["rev-parse", "HEAD^{tree}"]));
        let empty = line(&site, "tree");
        site.resign(TAIL, &empty, &tree);
        told.stops(&site);
    }

    "no empty line behind the headers"
    headers_without_an_end: "format.header" 3 "is not one of an event"; |told| {
        let site = Site::new();
        site.resign(TAIL, "+0000\n\ndeclared DOC-9\n\n", "+0000\ndeclared DOC-9\n\n");
        told.stops(&site);
    }

    "a NUL in a header"
    a_nul_in_a_header: "format.text" 3 "the commit holds a NUL"; |told| {
        let site = Site::new();
        let text = replaced(&site.unsigned(TAIL), "committer dora <>", "committer dora\0 <>");
        site.place(&with_signature(text.as_bytes(), &[]));
        told.stops(&site);
    }

    "a NUL in the message, behind which old tools read nothing"
    a_nul_in_the_message: "format.text" 3 "the commit holds a NUL"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"Retry twice\"", "\"Retry\0twice\"");
        told.stops(&site);
    }

    "a first line that says another item"
    a_first_line_that_lies_about_the_item: "format.summary" 3 "the summary is \"declared DOC-8\""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\ndeclared DOC-9\n", "\n\ndeclared DOC-8\n");
        told.stops(&site);
    }

    "a first line that calls an effective event proposed"
    a_first_line_that_lies_about_the_effect: "format.summary" 3 "the summary is \"proposed declared DOC-9\""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\ndeclared DOC-9\n", "\n\nproposed declared DOC-9\n");
        told.stops(&site);
    }

    "a first line with a space at its end"
    a_first_line_with_a_space_at_its_end: "format.summary" 3 "the summary is \"declared DOC-9 \""; |told| {
        let site = Site::new();
        site.resign(TAIL, "\n\ndeclared DOC-9\n", "\n\ndeclared DOC-9 \n");
        told.stops(&site);
    }

    "a trailer behind the payload"
    a_trailer_behind_the_payload: "format.message" 3 "one line of payload"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}\n", "\"v\":1}\n\nApproved-by: omar\n");
        told.stops(&site);
    }

    "one more line feed at the end"
    one_more_line_feed_at_the_end: "format.message" 3 "one line of payload"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}\n", "\"v\":1}\n\n");
        told.stops(&site);
    }

    "no line feed at the end"
    no_line_feed_at_the_end: "format.message" 3 "does not end in a line feed"; |told| {
        let site = Site::new();
        site.resign(TAIL, "\"v\":1}\n", "\"v\":1}");
        told.stops(&site);
    }

    "no empty line between the first line and the payload"
    no_empty_line_before_the_payload: "format.message" 3 "the message has no payload after its summary"; |told| {
        let site = Site::new();
        site.resign(TAIL, "declared DOC-9\n\n", "declared DOC-9\n");
        told.stops(&site);
    }
}
