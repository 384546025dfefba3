//! Every link within the project leads to a file, and every anchor to a heading of it.

use std::path::{Path, PathBuf};

use crate::root;

/// Returns every Markdown file of the project.
fn everywhere() -> Vec<(PathBuf, String)> {
    let mut open = vec![root().join("docs"), root().join("examples"), root().join("ledger-format")];
    let top = std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = top.filter(|path| is_markdown(path)).collect();
    while let Some(directory) = open.pop() {
        for path in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                open.push(path);
            } else if is_markdown(&path) {
                pages.push(path);
            }
        }
    }
    pages.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|ext| ext == "md")
}

/// Returns the lines of a page that are prose, without spans of code.
fn prose(page: &str) -> Vec<String> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push(line.split('`').step_by(2).collect::<Vec<_>>().join("`"));
        }
    }
    lines
}

/// Returns the anchors of a page's headings, as forges make them.
fn anchors(page: &str) -> Vec<String> {
    let mut fenced = false;
    let mut anchors: Vec<String> = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let heading = line.trim_start_matches('#');
        if fenced || heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let kept = heading.trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let plain: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let same = anchors.iter().filter(|other| **other == plain).count();
        anchors.push(if same == 0 { plain } else { format!("{plain}-{same}") });
    }
    anchors
}

/// Returns what is wrong with the links of a page.
fn broken(path: &Path, page: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let lines = prose(page);
    for link in lines.iter().flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split(')').next()) {
        if link.contains("://") || link.starts_with("mailto:") {
            continue;
        }
        let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
        let target = if file.is_empty() { path.to_owned() } else { path.parent().unwrap().join(file) };
        if !target.exists() {
            broken.push(format!("{}: {link} leads to no file", path.display()));
            continue;
        }
        let Some(anchor) = anchor else { continue };
        let text = if file.is_empty() { page.to_owned() } else { std::fs::read_to_string(&target).unwrap() };
        if !anchors(&text).iter().any(|there| there == anchor) {
            broken.push(format!("{}: {link} leads to no heading", path.display()));
        }
    }
    broken
}

#[test]
fn every_link_leads_to_a_file_and_its_anchor_to_a_heading() {
    let broken: Vec<String> = everywhere().iter().flat_map(|(path, page)| broken(path, page)).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let page = "# One `thing`\n\n## Who?\n\n[a](#one-thing) [b](#who) [c](#whom) [d](none.md)\n`[e](none.md)`\n```\n[f](none.md)\n```\n";
    let found = broken(&root().join("README.md"), page);
    assert_eq!(found.len(), 2, "{found:?}");
}

/// A page that no other page leads to is read by nobody.
#[test]
fn every_page_can_be_reached_from_the_readme() {
    let all = everywhere();
    let mut reached = vec![root().join("README.md")];
    let mut at = 0;
    while let Some(path) = reached.get(at).cloned() {
        at += 1;
        let page = std::fs::read_to_string(&path).unwrap_or_default();
        for link in
            prose(&page).iter().flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split(')').next())
        {
            let file = link.split('#').next().unwrap_or_default();
            let Ok(target) = path.parent().unwrap().join(file).canonicalize() else { continue };
            if is_markdown(&target) && !reached.contains(&target) {
                reached.push(target);
            }
        }
    }
    let governed = ["phase-e", "work-packets"].map(|name| root().join("examples").join(name).join("docs"));
    let apart: Vec<&PathBuf> = all
        .iter()
        .map(|(path, _)| path)
        .filter(|path| !reached.contains(path) && !governed.iter().any(|docs| path.starts_with(docs)))
        .collect();
    assert!(apart.is_empty(), "nothing leads to {apart:?}");
}

/// Returns the files of this project that a page names in its prose.
fn named(page: &str) -> Vec<String> {
    let mut fenced = false;
    let mut named = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let spans = line.split('`').skip(1).step_by(2).filter(|_| !fenced);
        let ours = |span: &&str| {
            ["src/", "tests/", "docs/", "examples/", "ledger-format/"].iter().any(|top| span.starts_with(top))
        };
        named.extend(spans.filter(ours).filter(|span| !span.contains(['*', ' '])).map(ToOwned::to_owned));
    }
    named
}

/// The guides and the charter speak of files of their stories; these pages speak of our own.
#[test]
fn every_file_of_ours_that_a_page_names_is_there() {
    let pages =
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/README.md", "docs/architecture.md"];
    let design = ["format", "charter-language", "program", "dependencies"].map(|name| format!("docs/design/{name}.md"));
    let mut count = 0;
    for path in pages.into_iter().chain(design.iter().map(String::as_str)) {
        for file in named(&std::fs::read_to_string(root().join(path)).unwrap()) {
            assert!(root().join(&file).exists(), "{path} names {file}");
            count += 1;
        }
    }
    assert!(count > 20, "the pages name files: {count}");
}
