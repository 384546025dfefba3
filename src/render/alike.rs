//! What differs in the name of a thing only: said once, with the names of all the others.

/// From how many that are alike on only the first is told in full.
const MANY: usize = 4;

/// Returns sentences about several things, each sort of them once: `E-01 is draft; the same of E-02, E-03, E-04`. Where they
/// are few, each is told.
pub(super) fn folded<'s>(sentences: impl IntoIterator<Item = &'s str>) -> Vec<String> {
    let mut sorts: Vec<(String, Vec<(&str, &str)>)> = Vec::new();
    for sentence in sentences {
        let (own, rest) = split(sentence);
        let own_sort = |(known, told): &&mut (String, Vec<(&str, &str)>)| {
            *known == rest && told.iter().all(|(other, _)| *other != own)
        };
        match sorts.iter_mut().find(own_sort) {
            Some((_, told)) => told.push((own, sentence)),
            None => sorts.push((rest, vec![(own, sentence)])),
        }
    }
    let mut folded = Vec::new();
    for (_, told) in sorts {
        match told.split_first() {
            Some(((_, first), others)) if told.len() >= MANY => {
                folded.push(format!("{first}; {}", same_of(others.iter().map(|(own, _)| *own))));
            }
            _ => folded.extend(told.iter().map(|(_, sentence)| (*sentence).to_owned())),
        }
    }
    folded
}

/// Returns consecutive things in groups: those together of which `like` finds the next alike to the first, and whose sentences
/// differ in the thing alone. Where they would be few, each has a group for itself.
pub(super) fn things<T>(list: &[T], told: impl Fn(&T) -> &str, like: impl Fn(&T, &T) -> bool) -> Vec<&[T]> {
    grouped(list, |group, next| {
        group.first().is_some_and(|first| {
            let ((own, rest), (other, same)) = (split(told(first)), split(told(next)));
            own != other && rest == same && like(first, next)
        })
    })
}

/// Returns consecutive commands in groups: those together of which `like` finds the next alike to the first, and which differ in
/// one word, always in the same place. Where they would be few, each has a group for itself.
pub(super) fn commands<T>(list: &[T], told: impl Fn(&T) -> &str, like: impl Fn(&T, &T) -> bool) -> Vec<&[T]> {
    grouped(list, |group, next| {
        group.first().is_some_and(|first| {
            let place = place_of(told(first), told(next));
            let known = group.get(1).map(|second| place_of(told(first), told(second)));
            place.is_some() && known.is_none_or(|known| known == place) && like(first, next)
        })
    })
}

fn grouped<T>(list: &[T], joins: impl Fn(&[T], &T) -> bool) -> Vec<&[T]> {
    let mut groups = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        let ends = |at: &usize| {
            let (group, after) = rest.split_at(*at);
            after.first().is_none_or(|next| !joins(group, next))
        };
        let length = (1..=rest.len()).find(ends).filter(|length| *length >= MANY).unwrap_or(1);
        let (group, after) = rest.split_at(length);
        groups.push(group);
        rest = after;
    }
    groups
}

/// Returns how the things that are not told are named: `the same of E-02, E-03`.
pub(super) fn same_of<'s>(others: impl IntoIterator<Item = &'s str>) -> String {
    format!("the same of {}", others.into_iter().collect::<Vec<_>>().join(", "))
}

/// Returns the thing that a sentence begins with.
pub(super) fn own(sentence: &str) -> &str {
    split(sentence).0
}

/// Returns the word in which a command differs from another one, without what stands before `=` in both.
pub(super) fn differing<'c>(command: &'c str, other: &str) -> &'c str {
    let words = command.split(' ').zip(other.split(' ')).find(|(a, b)| a != b);
    let (own, other) = words.unwrap_or_default();
    match (own.split_once('='), other.split_once('=')) {
        (Some((name, value)), Some((same, _))) if name == same => value,
        _ => own,
    }
}

/// Returns the place of the only word in which two commands differ.
fn place_of(a: &str, b: &str) -> Option<usize> {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let mut places = a.iter().zip(&b).enumerate().filter(|(_, (a, b))| a != b).map(|(place, _)| place);
    let place = places.next().filter(|_| a.len() == b.len());
    place.filter(|_| places.next().is_none())
}

/// Returns the thing that a sentence begins with, and what is said of it, whichever thing it is.
fn split(sentence: &str) -> (&str, String) {
    let end = sentence.find([' ', ':']).unwrap_or(sentence.len());
    let (own, rest) = sentence.split_at(end);
    let word = |word: &str| {
        let bare = word.trim_end_matches([';', ':', ',']);
        if bare == own { format!("\0{}", word.get(bare.len()..).unwrap_or_default()) } else { word.to_owned() }
    };
    (own, rest.split(' ').map(word).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_about_many_things_is_said_once_and_names_them_all() {
        let of = |n: u32| format!("E-0{n}: E-00, which lists it, has no path; E-0{n} has no review");
        let sentences: Vec<String> = (1..=4).map(of).collect();
        let told = folded(sentences.iter().map(String::as_str).chain(["CP-21 is draft"]));
        assert_eq!(
            told,
            [
                "E-01: E-00, which lists it, has no path; E-01 has no review; the same of E-02, E-03, E-04",
                "CP-21 is draft"
            ]
        );
        assert_eq!(folded(["E-01 is draft", "E-02 is draft", "E-03 is draft"]).len(), 3, "few are told one by one");
        assert_eq!(folded(["a b", "a b", "a b", "a b"]).len(), 4, "what is said twice of one thing stays");
    }

    #[test]
    fn commands_are_put_together_where_one_word_differs_always_in_one_place() {
        let all = |commands: &[&str]| -> Vec<usize> {
            super::commands(commands, |command| *command, |_, _| true).iter().map(|group| group.len()).collect()
        };
        let links = ["amend E --add a=1", "amend E --add a=2", "amend E --add a=3", "amend E --add a=4"];
        assert_eq!(all(&links), [4]);
        assert_eq!(all(&links[..3]), [1, 1, 1]);
        assert_eq!(all(&["seal A x", "seal B x", "seal A y", "seal C x", "seal D x"]), [1, 1, 1, 1, 1]);
        assert_eq!(differing(links[1], links[0]), "2");
        assert_eq!(differing("seal B", "seal A"), "B");
    }
}
