//! `has`: fields, links and claims.

use super::super::ast::{ClaimTest, Comparison, FieldRule, FieldType, Having, Literal, Op, Predicate, Quantity};
use super::super::source::Name;
use super::super::syntax::{self, Compare, Has};
use super::super::tables::{Claim, Field, branch};
use super::counted::is_counted;
use super::{Resolver, Thing, Things};
use crate::domain::id::{ActorId, RoleId};
use crate::domain::time::Date;
use crate::domain::value::MAX_INTEGER;

impl<'t> Resolver<'_, 't> {
    /// Resolves what things have.
    pub(super) fn has(&mut self, has: &Has, things: &Things) -> Option<Predicate> {
        let quantity = has.quantity.as_ref().map_or(Quantity::AtLeast(1), |(quantity, _)| *quantity);
        let text = has.what.text.as_str();
        let what = if let Some(claim) = self.names.claim(text) {
            Having::Claim(Box::new(self.claim_test(has, claim, things)?))
        } else if self.names.link(text).is_some() {
            self.plain(has, "a link", true)?;
            let (link, inverse) = self.link_of(&has.what, things)?;
            Having::Link { link, inverse }
        } else {
            self.field_test(has, things)?
        };
        Some(Predicate::Has { quantity, what })
    }

    /// Refuses what only claims take, and for links comparisons too.
    fn plain(&mut self, has: &Has, sort: &str, no_compare: bool) -> Option<()> {
        let mut places = Vec::new();
        if let (true, Some(compare)) = (no_compare, &has.compare) {
            places.push((compare.op_span.clone(), "a comparison"));
        }
        places.extend(has.with.first().map(|(value, _)| (value.span.clone(), "`with`")));
        places.extend(has.within.iter().map(|(_, place)| (place.clone(), "`within`")));
        places.extend(has.on.iter().map(|branch| (branch.span.clone(), "`on`")));
        places.extend(has.by.iter().map(|by| (by.role.span.clone(), "`by`")));
        let Some((place, what)) = places.into_iter().next() else { return Some(()) };
        let message = format!("`{}` is {sort}, which takes no {what}", has.what.text);
        self.problems.meaning(&place, message, "only claims take it");
        None
    }

    fn field_test(&mut self, has: &Has, things: &Things) -> Option<Having> {
        let name = &has.what;
        let names = self.names;
        let field = |thing: &Thing| -> Option<&Field> {
            let Thing::Kind(kind) = thing else { return None };
            names.kind(kind)?.fields.iter().find(|field| field.name.text == name.text)
        };
        if things.all.is_empty() {
            return None;
        }
        if !things.all.iter().any(|thing| field(thing).is_some()) || things.misfit(|t| field(t).is_some()).is_some() {
            self.no_such(name, things);
            return None;
        }
        self.plain(has, "a field", false)?;
        let rules: Vec<&FieldRule> = things.all.iter().filter_map(|t| field(t)?.rule.as_ref()).collect();
        let counts = has.quantity.as_ref().filter(|(quantity, _)| *quantity != Quantity::No);
        if let Some((_, place)) = counts
            && (!rules.iter().all(|rule| is_counted(rule)) || has.compare.is_some())
        {
            self.problems.meaning(
                place,
                format!("`{}` is one value, of which there is nothing to count", name.text),
                "leave the number out",
            );
            return None;
        }
        self.within_range(has, things)?;
        let compare = match &has.compare {
            Some(compare) => Some(self.compare_all(compare, &rules)?),
            None => None,
        };
        Some(Having::Field { field: Self::word(name)?, compare })
    }

    /// Reports a word that is no claim, and no link or field of the things.
    fn no_such(&mut self, name: &Name, things: &Things) {
        let mut fitting = self.names.all_claims();
        let mut shown = Vec::new();
        for thing in &things.all {
            shown.push(thing.show());
            if let Thing::Kind(kind) = thing {
                let fields = self.names.kind(kind).into_iter().flat_map(|kind| &kind.fields);
                fitting.extend(fields.map(|field| field.name.text.as_str()));
                fitting.extend(self.names.links_that_leave(kind));
            }
        }
        shown.truncate(3);
        self.unknown(name, &format!("claim, and no field or link of {},", shown.join(", ")), &fitting);
    }

    fn claim_test(&mut self, has: &Has, claim: &'t Claim, things: &Things) -> Option<ClaimTest> {
        let before = self.problems.count();
        if let Some(thing) = things.misfit(|thing| !matches!(thing, Thing::File | Thing::View)).map(Thing::show) {
            self.problems.meaning(
                &has.what.span,
                format!("nothing is stated of {thing}"),
                "claims are about items, blocks and the repository",
            );
        }
        let results = self.results(has, claim);
        let with: Vec<_> = has.with.iter().map(|(value, compare)| self.value_test(claim, value, compare)).collect();
        let on = has.on.as_ref().map(|name| branch(name, self.problems));
        if let Some(Some(branch)) = &on {
            self.names.wanted_on(claim, branch);
        }
        let by = has.by.as_ref().map(|by| self.stated_by(by, claim));
        if let (Some((_, place)), Some(syntax::By { every: Some(_), .. })) = (&has.quantity, &has.by) {
            let message = "`by every` counts everybody who holds the role, so it takes no number";
            self.problems.meaning(place, message, "leave the number out, or `every`");
        }
        if self.problems.count() > before {
            return None;
        }
        Some(ClaimTest {
            claim: Self::word(&claim.name)?,
            results,
            with: with.into_iter().collect::<Option<_>>()?,
            within: has.within.as_ref().map(|(span, _)| *span),
            on: on.flatten(),
            by: match by {
                Some(by) => Some(by?),
                None => None,
            },
        })
    }

    fn results(&mut self, has: &Has, claim: &Claim) -> Vec<crate::domain::id::Word> {
        let Some(compare) = &has.compare else { return Vec::new() };
        if compare.op != Op::Equal {
            self.problems.meaning(
                &compare.op_span,
                "a result is compared with `=` only",
                "name the results that are good",
            );
        }
        let mut out = Vec::new();
        for literal in &compare.with {
            if claim.results.iter().any(|(result, _)| result.text == literal.text.text) {
                out.extend(Self::word(&literal.text));
            } else {
                let fitting: Vec<&str> = claim.results.iter().map(|(result, _)| result.text.as_str()).collect();
                self.unknown(&literal.text, &format!("result of `{}`", claim.name.text), &fitting);
            }
        }
        out
    }

    fn stated_by(&mut self, by: &syntax::By, claim: &Claim) -> Option<(bool, RoleId)> {
        if !self.names.is_role(&by.role.text) {
            let fitting = self.names.all_roles();
            self.unknown(&by.role, "role", &fitting);
            return None;
        }
        if let Some((who, _)) = &claim.by {
            let roles: Vec<&str> =
                who.terms.iter().flat_map(|term| &term.roles).map(|role| role.text.as_str()).collect();
            if !roles.contains(&by.role.text.as_str()) {
                let message = format!("`{}` is never stated by `{}`", claim.name.text, by.role.text);
                self.problems.meaning(&by.role.span, message, format!("the claim's `by` names {}", roles.join(", ")));
                return None;
            }
        }
        Some((by.every.is_some(), RoleId::parse(&by.role.text).ok()?))
    }

    fn value_test(
        &mut self,
        claim: &Claim,
        value: &Name,
        compare: &Compare,
    ) -> Option<(crate::domain::id::Word, Comparison)> {
        let Some(field) = claim.values.iter().find(|field| field.name.text == value.text) else {
            let fitting: Vec<&str> = claim.values.iter().map(|field| field.name.text.as_str()).collect();
            self.unknown(value, &format!("value of `{}`", claim.name.text), &fitting);
            return None;
        };
        let rule = field.rule.as_ref()?;
        self.operator(compare, rule)?;
        let literals: Vec<_> =
            compare.with.iter().map(|literal| self.value_literal(literal, rule, claim, field)).collect();
        let with = literals.into_iter().collect::<Option<_>>()?;
        Some((Self::word(value)?, Comparison { op: compare.op, with }))
    }

    /// Resolves the right side of a comparison, which may be another value of the same type and unit.
    fn value_literal(
        &mut self,
        literal: &syntax::Literal,
        rule: &FieldRule,
        claim: &Claim,
        field: &Field,
    ) -> Option<Literal> {
        let is_number = literal.text.text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if literal.quoted || is_number || !matches!(rule.kind, FieldType::Integer(_) | FieldType::Date) {
            return self.literal(literal, rule);
        }
        let other = claim.values.iter().find(|other| other.name.text == literal.text.text && other.name != field.name);
        match other {
            Some(other) if other.rule.as_ref().is_some_and(|other| other.kind == rule.kind) => {
                Some(Literal::Value(Self::word(&other.name)?))
            }
            Some(other) => {
                let message = format!("`{}` is of another type or unit than `{}`", other.name.text, field.name.text);
                self.problems.meaning(&literal.text.span, message, "nothing is converted");
                None
            }
            None => {
                let same = |other: &&Field| other.rule.as_ref().is_some_and(|other| other.kind == rule.kind);
                let others = claim.values.iter().filter(same).map(|other| other.name.text.as_str());
                let fitting: Vec<&str> = others.filter(|other| *other != field.name.text).collect();
                self.unknown(&literal.text, "number or other value", &fitting);
                None
            }
        }
    }

    fn compare_all(&mut self, compare: &Compare, rules: &[&FieldRule]) -> Option<Comparison> {
        let mut out = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            self.operator(compare, rule)?;
            let literals: Vec<_> = compare.with.iter().map(|literal| self.literal(literal, rule)).collect();
            let literals: Vec<Literal> = literals.into_iter().collect::<Option<_>>()?;
            if at == 0 {
                out = literals;
            }
        }
        Some(Comparison { op: compare.op, with: out })
    }

    fn operator(&mut self, compare: &Compare, rule: &FieldRule) -> Option<()> {
        let equality = matches!(compare.op, Op::Equal | Op::Unequal);
        let (fits, what, help) = match rule.kind {
            FieldType::Integer(_) | FieldType::Date => (true, "", ""),
            FieldType::Text | FieldType::Actor | FieldType::Bool | FieldType::Enum(_) => {
                (equality, "this is compared with `=` and `!=` only", "only numbers and days have an order")
            }
            FieldType::List | FieldType::Map | FieldType::Paths | FieldType::Globs | FieldType::Anchors => {
                (false, "a list is compared with nothing; it is counted", "write `has at least N …` to count")
            }
        };
        if !fits {
            self.problems.meaning(&compare.op_span, what, help);
            return None;
        }
        if !equality && compare.with.len() > 1 {
            self.problems.meaning(
                &compare.op_span,
                "an order is compared with one thing",
                "leave out the alternatives",
            );
            return None;
        }
        Some(())
    }

    fn literal(&mut self, literal: &syntax::Literal, rule: &FieldRule) -> Option<Literal> {
        let name = &literal.text;
        let text = name.text.as_str();
        let needed = match &rule.kind {
            FieldType::Integer(unit) => match number(text, unit.as_deref().unwrap_or_default()) {
                Some(number) if !literal.quoted => return Some(Literal::Number(number)),
                _ => match unit {
                    Some(unit) => format!("a number with the unit `{unit}`, such as `90{unit}`"),
                    None => "a whole number without a unit".to_owned(),
                },
            },
            FieldType::Bool if matches!(text, "true" | "false") && !literal.quoted => {
                return Some(Literal::Text(text.to_owned()));
            }
            FieldType::Bool => "`true` or `false`".to_owned(),
            FieldType::Date if Date::parse(text).is_ok() => return Some(Literal::Text(text.to_owned())),
            FieldType::Date => "a day YYYY-MM-DD".to_owned(),
            FieldType::Actor if ActorId::parse(text).is_ok() => return Some(Literal::Text(text.to_owned())),
            FieldType::Actor => "the name of an actor".to_owned(),
            FieldType::Enum(words) if !words.iter().any(|word| word == text) => {
                let fitting: Vec<&str> = words.iter().map(String::as_str).collect();
                self.unknown(name, "word of that list", &fitting);
                return None;
            }
            _ => return Some(Literal::Text(text.to_owned())),
        };
        self.problems.meaning(
            &name.span,
            format!("found `{text}`, needed {needed}"),
            "the literal carries the value's own type and unit",
        );
        None
    }
}

fn number(text: &str, unit: &str) -> Option<i64> {
    let digits = text.strip_suffix(unit)?;
    digits.parse::<i64>().ok().filter(|n| n.to_string() == digits && n.unsigned_abs() <= MAX_INTEGER.unsigned_abs())
}
