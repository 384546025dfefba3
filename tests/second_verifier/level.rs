//! Which conditions a verifier of level 1 decides: those that ask for no rule of a charter but its authority (chapter 5).

/// Whether level 1 finds what a code names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decides {
    /// Always, and by the same code.
    Always,
    /// Where the condition is one that needs no rule; the same code also names conditions that do.
    Sometimes,
    /// Never: only rules tell.
    Never,
}

/// Codes that need more than the bytes, each with the reason.
const TABLE: &[(&str, Decides, &str)] = &[
    ("trust.role-unknown", Decides::Never, "the charter lists the roles"),
    ("trust.actor-type", Decides::Sometimes, "operators are known from events, the types of a role from the charter"),
    ("authority.role", Decides::Sometimes, "the authority and `recovery` are known, other rules are not"),
    ("authority.author", Decides::Never, "whether a rule says `not author` stands in the charter"),
    ("authority.author-unknown", Decides::Never, "as authority.author"),
    ("authority.excluded", Decides::Never, "as authority.author"),
    ("authority.does-not-count", Decides::Sometimes, "only the places of the authority are known"),
    ("authority.pending-flag", Decides::Sometimes, "only the authority's quorum is known; else the flag is believed"),
    ("charter.in-force", Decides::Always, "two texts are compared"),
    ("charter.", Decides::Sometimes, "texts of charters are believed, but for a number of semantics that nobody knows"),
    ("item.kind", Decides::Never, "kinds stand in the charter"),
    ("item.id", Decides::Sometimes, "reserved ids are known, patterns are not"),
    ("item.status", Decides::Sometimes, "the present status is known, moves are not"),
    ("item.field", Decides::Never, "the charter declares the fields"),
    ("item.link", Decides::Sometimes, "`supersedes` and `part_of` go in no circle; the rest stands in the charter"),
    ("item.path", Decides::Sometimes, "twins are known, globs are not"),
    ("item.not-sealable", Decides::Never, "the kind's `seal` stands in the charter"),
    ("item.content", Decides::Never, "what a statement binds depends on the claim and on how items are listed"),
    ("item.reason", Decides::Never, "codes stand in the charter"),
    ("claim.unknown-statement", Decides::Always, "statements are events"),
    ("claim.evidence", Decides::Always, "sizes stand in events"),
    ("claim.", Decides::Never, "claims stand in the charter"),
    ("block.stands", Decides::Always, "placements are events"),
    ("block.absent", Decides::Always, "placements are events"),
    ("block.record", Decides::Sometimes, "that the record is declared is known, which one it must be is not"),
    ("block.", Decides::Never, "blocks stand in the charter"),
    ("waiver.not-possible", Decides::Sometimes, "that a waiver is for one item is known, what a class covers is not"),
    ("waiver.unknown", Decides::Sometimes, "grants and revocations are events; a phase that is over takes rules"),
    ("waiver.", Decides::Never, "classes stand in the charter, and what ends a phase"),
    ("gate.judged", Decides::Sometimes, "that nothing guards the authority is known; what a gate gives is not"),
    ("gate.", Decides::Never, "gates stand in the charter"),
    ("guard.", Decides::Never, "conditions stand in the charter"),
    ("", Decides::Always, "bytes, chain, keys, actors, roles held, and what events did to items"),
];

/// Returns whether level 1 decides a code: the first row whose beginning fits.
pub(crate) fn decides(code: &str) -> Decides {
    TABLE.iter().find(|(begin, ..)| code.starts_with(begin)).map_or(Decides::Always, |(_, decides, _)| *decides)
}
