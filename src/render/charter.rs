//! Problems of a charter, each with its place in the file.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::look::{Look, wrap};
use crate::domain::charter::Problem;

/// How many columns a line of the file may take where it is not to be cut off.
const ENDLESS: usize = 1 << 20;

/// How few columns words are wrapped to.
const NARROW: usize = 24;

/// Returns the problems of a charter as people read them: code, message, `FILE:LINE:COLUMN`, the line with the word underlined,
/// and the suggestion; at the end how many there are. On a terminal words are wrapped, and of a longer line of the file the part
/// around the word is shown.
pub fn problems(file: &str, text: &str, problems: &[Problem], look: Look) -> String {
    let columns = if look.whole { ENDLESS } else { look.width };
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(columns);
    let behind = |text: &str, start: usize| wrap(text, columns.saturating_sub(start).max(NARROW)).join("\n");
    let mut out = String::new();
    for problem in problems {
        let span = problem.span.start.min(text.len())..problem.span.end.min(text.len());
        let lines = text.get(..span.end).unwrap_or_default().matches('\n').count() + 1;
        let snippet = Snippet::source(text).path(file).annotation(AnnotationKind::Primary.span(span));
        let code = problem.code.as_str();
        let start = "error[]: ".len() + code.len();
        let mut group = if columns.saturating_sub(start) < NARROW {
            // Beside the code there is no room.
            let message = behind(&problem.message, "error: ".len());
            Level::ERROR.primary_title(format!("{code}\n{message}")).element(snippet)
        } else {
            Level::ERROR.primary_title(behind(&problem.message, start)).id(code).element(snippet)
        };
        if let Some(help) = &problem.help {
            let help = behind(help, lines.to_string().len() + " = help: ".len());
            group = group.element(Level::HELP.message(help));
        }
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    }
    let count = problems.len();
    out + &format!("{file}: {count} problem{}\n", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::charter::load;

    fn rendered(text: &str) -> String {
        problems("charter.toml", text, &load(text).expect_err("the charter is wrong"), Look::PLAIN)
    }

    #[test]
    fn a_problem_in_a_sentence_is_underlined_with_its_place_and_a_suggestion() {
        let text = "[charter]\nsemantics = 1\nid = \"C\"\nauthority = \"2 lead\"\n\n[roles]\nlead = \"human\"\n\n[kinds.document]\n\
                    id     = 'DOC-[0-9]+'\nstates = [\"draft\", \"final\"]\npath   = \"docs/**\"\n\
                    moves  = [\"new -> draft by lead\", \"draft -> final by leed if self is presnt\"]\n";
        assert_eq!(
            rendered(text),
            "\
error[charter.unknown-word]: there is no role `leed`
  --> charter.toml:13:54
   |
13 | moves  = [\"new -> draft by lead\", \"draft -> final by leed if self is presnt\"]
   |                                                      ^^^^
   |
   = help: did you mean `lead`?

error[charter.unknown-word]: there is no state of `document` `presnt`
  --> charter.toml:13:70
   |
13 | moves  = [\"new -> draft by lead\", \"draft -> final by leed if self is presnt\"]
   |                                                                      ^^^^^^
   |
   = help: did you mean `present`?

charter.toml: 2 problems
"
        );
    }

    #[test]
    fn a_problem_of_toml_is_shown_alike() {
        assert_eq!(
            rendered("[charter]\nsemantics = 1\nid = \"C\nauthority = \"lead\"\n"),
            "error[charter.toml]: invalid basic string, expected `\"`\n --> charter.toml:3:8\n  |\n3 | id = \"C\n  |        ^\n\ncharter.toml: 1 problem\n"
        );
        let later = rendered(
            "[charter]\nsemantics = 1\nid = \"C\"\nauthority = \"lead\"\n\n[roles]\nlead = \"human\"\n\n[claims]\ndone = { by = \"lead\", }\n",
        );
        assert_eq!(
            later,
            "error[charter.toml]: TOML 1.0 has no comma after the last entry of an inline table\n  --> charter.toml:10:21\n   |\n10 | done = { by = \"lead\", }\n   |                     ^\n\ncharter.toml: 1 problem\n"
        );
    }

    #[test]
    fn a_place_at_the_end_of_a_text_or_behind_wide_letters_is_right() {
        let short = "[charter]\nsemantics = 1\nid = \"C\"\ntitle = \"Ünïcode\"\nauthority = \"2 lead, not\"\n";
        assert_eq!(
            rendered(short),
            "\
error[charter.syntax]: found the end, needed `author` or the name of a claim
 --> charter.toml:5:25
  |
5 | authority = \"2 lead, not\"
  |                         ^

charter.toml: 1 problem
"
        );
        let wide = rendered("[charter]\nsemantics = 1\nid = \"C\"\nauthority = \"lead\"\ntitle = \"Ünï\" + 1\n");
        assert!(wide.contains(" --> charter.toml:5:15\n"), "{wide}");
    }

    #[test]
    fn colour_is_only_added_where_it_is_asked_for() {
        let text = "[charter]\n";
        let found = load(text).expect_err("the charter is empty");
        assert!(problems("c", text, &found, Look { color: true, ..Look::PLAIN }).contains('\u{1b}'));
        assert!(!problems("c", text, &found, Look::PLAIN).contains('\u{1b}'));
    }
}
