//! Problems of a charter, each with its place in the file.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::domain::charter::Problem;

/// Returns the problems of a charter as people read them: code, message, `FILE:LINE:COLUMN`, the line with the word underlined,
/// and the suggestion; at the end how many there are. `color` adds terminal colours.
pub fn problems(file: &str, text: &str, problems: &[Problem], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in problems {
        let span = problem.span.start.min(text.len())..problem.span.end.min(text.len());
        let snippet = Snippet::source(text).path(file).annotation(AnnotationKind::Primary.span(span));
        let mut group = Level::ERROR.primary_title(problem.message.as_str()).id(problem.code.as_str()).element(snippet);
        if let Some(help) = &problem.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        out.push_str(&renderer.render(&[group]));
        out.push_str("\n\n");
    }
    let count = problems.len();
    out + &format!("{file}: {count} problem{}\n", if count == 1 { "" } else { "s" })
}
