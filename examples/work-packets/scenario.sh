#!/usr/bin/env bash
# Phase 1 of a desktop application, from its specification to its closing, by work packets.
# A demonstration and a test: each command's exit code, and what it says, is checked. See README.md beside this file.
#
#   LEDGER=target/release/ledger examples/work-packets/scenario.sh      KEEP=1 keeps the repository, QUIET=1 prints the acts only

EXAMPLE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$EXAMPLE/../play.sh"
DOMAIN=handshake
play work-packets

STORE=WP-1-Storage-Abstraction-Layer-20260112
STATE=WP-1-AppState-Refactoring-20260112
DUAL=WP-1-Dual-Backend-Tests-20260112
PACKETS=docs/task_packets
CORE=src/backend/core/src

# write PATH...: files of the example, put into the work tree.
write() {
  local path
  for path in "$@"; do
    mkdir -p "$(dirname "$path")"
    cp "$EXAMPLE/$path" "$path"
  done
}
# Whoever commits to main brings the board up to date: what the ledger says is committed with what was done.
commit() { stage; run 0 git commit -q -m "$@"; share; }
refused() { stage; top 4 1 git commit -q -m "$@"; }
stage() { git add -A; ledger render task-board --write >/dev/null; git add docs/TASK_BOARD.md; }
undo() { git reset -q --hard; git clean -qfd; }
yes_to() { local a; for a in "$@"; do printf -- '--answer %s=yes ' "$a"; done; }
board() { as orla; brief 0 ledger render task-board --write; git add -A; commit "Bring the board up to date"; }
# The server judges a commit under the ledger that it has: what was said goes before, what is said next comes after.
share() { brief 0 ledger sync; run 0 git push -q origin main; }
# said PREFIX: the first word of the last output that begins so, as a `next` line names it.
said() { tr -s ' ' '\n' <"$DEMO/out" | grep -m 1 "^$1" || wrong "the output names no $1"; }
shown() { grep -qF -- "$1" docs/TASK_BOARD.md || wrong "the board does not say: $1"; }

UNDERSTOOD=$(yes_to request-clear scope-defined success-measurable acceptance-understood)
TRANSCRIBED=$(yes_to points-to-the-spec main-body-is-binding requirements-specific files-cover-the-code every-test-that-applies every-demand-is-listed)
BOOTSTRAP=$(yes_to protocol-read packet-read pre-work-pass scope-matches-request)
ANTI_VIBE=$(yes_to no-placeholders no-unwrap no-generic-json)

while read -r name _ _ _ full; do
  case $name in '#'* | '') ;; *) person "$name" "$full" ;; esac
done <"$EXAMPLE/actors"

# ---------------------------------------------------------------------------------------------------------------------
act "1. The protocol as rules, and who plays which part"
on 2026-01-05
as raj
mkdir "$DEMO/repo" && cd "$DEMO/repo"
git init -q -b main .
write $CORE/state.rs $CORE/storage/mod.rs $CORE/api/jobs.rs docs/START_HERE.md docs/ARCHITECTURE.md
printf '[workspace]\nmembers = ["src/backend/core"]\n' >Cargo.toml
mkdir governance && cp "$EXAMPLE/charter.toml" governance/charter.toml
git add -A && stamp && git commit -q -m "Handshake, as far as it was written before the protocol"
git init -q --bare -b main "$DEMO/server.git" && git remote add origin "$DEMO/server.git" && git push -q origin main

say "The written protocol speaks of a state that its own table does not have. Such a rule is refused before anybody signs it."
sed 's/every packet of self is done and has validated/every packet of self is validated/' governance/charter.toml >"$DEMO/state.toml"
run 2 ledger charter check ../state.toml
expect validated
run 0 ledger charter check governance/charter.toml

say "Ilja asks for the work, and signs. One user is enough to enrol people; nobody else can." # S1-050
as ilja
run 0 ledger init --charter governance/charter.toml --actor ilja --key ../keys/ilja
while read -r name type roles operator _; do
  case $name in '#'* | '' | ilja) continue ;; esac
  OPERATED=(); [ "$operator" = - ] || OPERATED=(--operator "$operator")
  brief 0 ledger actor enroll "$name" --kind "$type" --public-key "../keys/$name.pub" --role "$roles" \
    --git-email "$name@handshake.example" ${OPERATED[@]+"${OPERATED[@]}"}
done <"$EXAMPLE/actors"
run 0 ledger actor list
expect orchestrator
run 0 ledger hooks install
say "What is refused in a clone is refused by the server too. Each commit is pushed while what it rests on is so."
(cd "$DEMO/server.git" && run 0 ledger hooks install --server)
commit "Put this repository under the protocol"

# ---------------------------------------------------------------------------------------------------------------------
act "2. The specification, and the phase"
on 2026-01-06
write docs/master_spec/v1.md docs/SPEC_CURRENT.md docs/OSS_REGISTER.md
write docs/ORCHESTRATOR_PROTOCOL.md docs/CODER_PROTOCOL.md docs/VALIDATOR_PROTOCOL.md
commit "The specification, the register and the three protocols"
as orla
for protocol in SPEC_CURRENT OSS_REGISTER ORCHESTRATOR_PROTOCOL CODER_PROTOCOL VALIDATOR_PROTOCOL; do
  brief 0 ledger declare $protocol --kind protocol --title $protocol --path docs/$protocol.md
done
as ilja
run 0 ledger declare SPEC-v1 --kind spec --title "Master Spec, version 1" --path docs/master_spec/v1.md
run 0 ledger seal SPEC-v1
say "Sections are cited by number, and each of their demands has an id. A roadmap has no number." # S1-138 S1-139
as orla
section() {
  brief 0 ledger declare "SEC-$1" --kind section --title "$2" --link part_of=SPEC-v1
  local n=0 strength
  for strength in "${@:3}"; do
    n=$((n + 1))
    brief 0 ledger declare "SEC-$1-R$n" --kind requirement --title "$1, number $n" --link "part_of=SEC-$1" --field strength=$strength
  done
}
section 2.3.12.3 "Storage API Abstraction Pattern" MUST MUST SHOULD
section 2.3.12.4 "State Without A Pool" MUST
section 2.3.12.5 "Two Backends In The Tests" MUST
run 1 ledger declare SEC-Roadmap --kind section --title Roadmap --link part_of=SPEC-v1 # S1-054
run 0 ledger declare PHASE-1 --kind phase --title "Phase 1: portable storage" --field "authority=Master Spec 2.3.12" --field decided=2026-01-05 # S1-043 S1-160
say "Who answers for what is kept, and rendered, like everything else."
as ilja
n=0
while IFS='|' read -r what document authority; do
  n=$((n + 1))
  brief 0 ledger declare R-0$n --kind responsibility --title "$what" --field "document=$document" --field "authority=Orchestrator protocol, $authority"
done <<'TABLE'
Write packets|docs/task_packets|parts 4 and 5
Keep the board|docs/TASK_BOARD.md|part 6
Track what waits for what|the packets and the board|part 7
Check before a packet is handed over|the gate pre-work|part 8
Lock packets|the user's seal|part 5.6
Move packets at once|docs/TASK_BOARD.md|part 6.3
Hold the gate of the phase|the gate phase-closure|part 6.4
Deal with blockers|the blocks of the ledger|part 7
TABLE
run 0 ledger render responsibilities # S1-210
expect "Keep the board"
expect "part 6.4"
say "From here on the specification stands still: no new version, and no edit of its text." # S1-010
as ilja
run 1 ledger declare SPEC-v2 --kind spec --title "Master Spec, version 2" --path docs/master_spec/v2.md
expect PHASE-1
echo 'Later: synchronisation.' >docs/master_spec/v2.md
refused "Another version"
expect CX-585A
undo

# ---------------------------------------------------------------------------------------------------------------------
act "3. Before a packet is written"
on 2026-01-12
say "Seventeen checks in five steps. The first one that fails ends the list." # S1-031 S1-032
as orla
run 1 ledger gate pre-orchestration
expect spec-current
expect "16 not reached"
run 0 ledger attest ORCHESTRATOR_PROTOCOL acknowledged # S1-002
for protocol in SPEC_CURRENT SPEC-v1 ORCHESTRATOR_PROTOCOL CODER_PROTOCOL VALIDATOR_PROTOCOL; do
  brief 0 ledger attest $protocol confirmed # S1-033 S1-046 S1-047 S1-048 S1-049
done
say "What a program found is attested by the program, under a key of its own, for the code and the text that it looked at." # S1-015 S1-016
as builder
run 0 ledger attest SPEC-v1 spec-regression
run 0 ledger attest repo cargo-deny --value violations=0 # S1-041
run 0 ledger attest repo npm-audit --value critical=0 --value high=0 # S1-042
as vera run 0 ledger attest OSS_REGISTER vetted # S1-040
board
run 1 ledger gate pre-orchestration
expect phase-critical

# ---------------------------------------------------------------------------------------------------------------------
act "4. What is missing, and what waits for what"
as orla
say "What is needed and not written yet is a gap. That a packet waits for nothing is stated too." # S1-166 S1-021
gap() { brief 0 ledger declare "$1" --kind packet --title "$2" --link part_of=PHASE-1 --field gate_critical=true --field "lead=$3" --field "effort=$4" "${@:5}"; }
gap $STORE "A trait in front of the store" "Senior systems engineer" 18 --link depends_on=
gap $STATE "No pool in the state" "Senior systems engineer" 9 --link depends_on=$STORE
gap $DUAL "Each test on two databases" "Test engineer" 12 --link depends_on=$STORE --link depends_on=$STATE
run 1 ledger amend $STORE --add-link depends_on=$DUAL # S1-184
expect cycle
top 6 1 ledger why $DUAL # S1-186
expect WAITING
expect $STORE
board
for section in "Phase Closure Gates" "In Progress" "Ready for Dev" Done Blocked; do shown "## $section"; done # S1-157 S1-158
shown "- authority: Master Spec 2.3.12" # S1-160
shown "HOLD: 4 of 8 hold; created: 0 of 3 (0 %)" # S1-175 S1-182
shown "  - [ ] $STORE (🟡 GAP)" # S1-169 S1-176
shown "## Gate-critical packets" # S1-161
shown "  - effort: 18 h" # S1-159
shown "  - WAITING: waits for $STATE, $STORE (2)" # S1-023 S1-045 S1-189
say "What waits for what, as text or as a drawing."
run 0 ledger graph --link depends_on # S1-161 S1-183
expect $DUAL
run 0 ledger show $STORE # S1-202
expect holds_up
run 0 ledger graph --link depends_on --mermaid
expect "-->"

# ---------------------------------------------------------------------------------------------------------------------
act "5. A packet that is refused, and one that is taken"
say "The program writes the skeleton, with what each field has to be." # S1-066
run 0 ledger new packet WP-1-Job-Cancel-20260112 --title "Jobs can be cancelled" --dry-run
expect IN_SCOPE_PATHS

say "A packet in a hurry: no section, a directory for a scope, a plan with some files. Everything is told at once, line by line, with the number of the rule."
sed -e 's/^- \*\*SPEC_ANCHOR\*\*: .*/- **SPEC_ANCHOR**: none/' -e '/storage\/sqlite.rs$/d' -e '/storage\/postgres.rs$/d' \
  -e 's|^  - src/backend/core/src/storage/mod.rs|  - src/backend|' -e 's/MEDIUM$/LOW/' \
  -e '/docs\/ARCHITECTURE.md$/d' -e '/DefaultStorageGuard/d' "$EXAMPLE/$PACKETS/$STORE.md" >"$DEMO/hurry.md"
run 1 ledger amend $STORE --from ../hurry.md # S1-001 S1-144 S1-204
for rule in CX-601 CX-603 CX-606; do expect $rule; done
expect "needs MEDIUM at least" # S1-082
write $PACKETS/$STORE.md
run 0 ledger amend $STORE --from $PACKETS/$STORE.md # S1-134
commit "Write the packet of the store"
say "Orla may write packets. Code is not hers, whatever the commit says." # S1-051 S1-052
echo '// one line only' >>$CORE/storage/mod.rs
refused "A small fix, while I am here"
expect CX-100
undo

# ---------------------------------------------------------------------------------------------------------------------
act "6. The signature"
say "Ilja signs what was understood and what invents nothing. Until both are said, there is nothing to sign."
as ilja
run 1 ledger seal $STORE
expect CX-584
as orla
run 0 ledger attest $STORE understood $UNDERSTOOD # S1-058 S1-059 S1-060 S1-061
say "Vera finds that a demand reads like a wish. Her rejection holds the packet, and it is on record." # S1-007
echo 'Requirement 3 is a SHOULD, and the packet says nothing of it.' >"$DEMO/rejected.txt"
as vera
run 0 ledger attest $STORE transcribed --result reject --answer main-body-is-binding=no --evidence ../rejected.txt
as ilja run 1 ledger seal $STORE
as vera
run 0 ledger attest $STORE transcribed --result accept $TRANSCRIBED # S1-053 S1-142
as orla run 1 ledger seal $STORE
as ilja
run 0 ledger seal $STORE # S1-137 S1-153 S1-154
say "From now on it stands still, in the ledger and in its file. What changes is a packet of another id." # S1-020 S1-055 S1-207
as orla
run 1 ledger amend $STORE --field effort=30
echo '- one thing more' >>$PACKETS/$STORE.md
refused "A small addition"
expect $STORE
undo

# ---------------------------------------------------------------------------------------------------------------------
act "7. Ready, and handed over"
say "Fourteen checks of the packet, and the seventeen of the session. What fails is listed." # S1-100 S1-101
run 1 ledger gate pre-work $STORE
expect CX-582
expect CX-585C
run 1 ledger move $STORE ready # S1-102 S1-115
brief 0 ledger attest $STORE complete # S1-116
as ilja brief 0 ledger attest $STORE refinement # S1-011
as orla
brief 0 ledger attest $STORE pre-work-run
run 0 ledger gate pre-work $STORE
expect PASS
run 0 ledger ready --kind packet # S1-027
expect $STORE
run 0 ledger move $STORE ready # S1-162
say "The board changes with the status, or the next packet waits." # S1-112
run 1 ledger render task-board --check # S1-111 S1-208
board
shown "READY FOR DEV" # S1-098
say "What the coder gets is a text that the program writes, from what was signed." # S1-103
run 0 ledger render handoff $STORE
expect "RISK_TIER: MEDIUM"

# ---------------------------------------------------------------------------------------------------------------------
act "8. Code for a packet"
on 2026-01-13
as orla
run 0 ledger attest $STORE assigned --value to=cody # S1-104
run 1 ledger move $STORE in-progress # S1-163
expect CX-622
as cody
run 0 ledger attest $STORE bootstrap $BOOTSTRAP # S1-105 S1-106 S1-107 S1-108 S1-109
as orla
run 0 ledger move $STORE in-progress # S1-171
board
as cody
say "Code for which there is no packet, and code beside the packet that there is."
echo '// POST /jobs/:id/cancel' >>$CORE/api/jobs.rs
refused "An endpoint that somebody asked for" # S1-018
expect CX-580
undo
write $CORE/storage/sqlite.rs
echo '//! Cancelled.' >$CORE/api/cancel.rs
refused "The trait, and a little more" --trailer "Work-Packet: $STORE" # S1-076
expect cancel.rs
rm $CORE/api/cancel.rs
echo 'fn open() { connect().unwrap() } // TODO: errors' >>$CORE/storage/sqlite.rs
refused "The trait" --trailer "Work-Packet: $STORE" # S1-024 S1-025
expect CX-600B
expect sqlite.rs
say "A dependency comes with its entry in the register." # S1-028
write $CORE/storage/sqlite.rs
echo '# async-trait = "0.1"' >>Cargo.toml
refused "The trait" --trailer "Work-Packet: $STORE"
expect OSS_REGISTER
git checkout -q HEAD -- Cargo.toml
write $CORE/storage/sqlite.rs $CORE/storage/postgres.rs
cp "$EXAMPLE/$CORE/storage/mod.rs.after" $CORE/storage/mod.rs
say "Where one packet alone fits, the hook names it."
commit "A trait in front of the store"
run 0 git log -1 "--format=%(trailers:key=Work-Packet)"
expect $STORE
run 0 ledger show $STORE # S1-019
expect in_scope_paths

# ---------------------------------------------------------------------------------------------------------------------
act "9. A question"
say "Cody does not know whether two processes may open the database. Nothing goes on upon an assumption." # S1-062 S1-063 S1-118
as orla
run 1 ledger block $STORE BLOCKED --reason "One process or two?"
run 0 ledger block $STORE BLOCKED --because CLARIFICATION --reason "One process or two?" \
  --field "detail=the specification does not say who opens the database" --field "questions=May two processes open it?" \
  --field "questions=Is a lock file enough?" --field eta=2026-01-15 # S1-189
as cody
echo '// two processes' >>$CORE/storage/sqlite.rs
refused "A lock file" --trailer "Work-Packet: $STORE"
expect BLOCKED
undo
as builder brief 0 ledger attest SPEC-v1 spec-regression
board
shown "BLOCKED, CLARIFICATION: One process or two?"
shown "eta: 2026-01-15"
run 1 ledger gate pre-orchestration # S1-039
BLOCK=$(said "$STORE/BLOCKED/")
run 0 ledger attest "$BLOCK" escalated # S1-057
say "Ilja answers: one. The block is lifted, and the answer stays in the log."
run 0 ledger unblock $STORE BLOCKED --reason "One process; Ilja Brandt, 2026-01-14"

# ---------------------------------------------------------------------------------------------------------------------
act "10. The validator"
on 2026-01-16
as builder
brief 0 ledger attest SPEC-v1 spec-regression
brief 0 ledger attest $STORE ai-review # S1-084
say "What backs a demand is a line that the code has."
as cody run 1 ledger attest SEC-2.3.12.3-R1 evidenced --value "where=$CORE/storage/mod.rs:999" # S1-009
expect claim.value
expect "mod.rs has"
n=0
for place in mod.rs:4 sqlite.rs:6 postgres.rs:6; do
  n=$((n + 1))
  as cody brief 0 ledger attest SEC-2.3.12.3-R$n evidenced --value "where=$CORE/storage/$place" # S1-008
  run 0 sed -n "${place#*:}p" "$CORE/storage/${place%:*}"
done
as vera run 0 ledger attest $STORE anti-vibe $ANTI_VIBE # S1-026
say "Raj operates Cody, so that neither of them may say that the packet is good."
as raj run 1 ledger attest $STORE validated
as viktor
run 0 ledger attest $STORE validated --result fail # S1-168
as orla
run 0 ledger show $STORE # S1-187
expect NOT-ESCALATED
run 1 ledger move $STORE done
run 0 ledger attest $STORE escalated
as viktor run 0 ledger attest $STORE validated
as orla
run 0 ledger move $STORE done # S1-173
board

# ---------------------------------------------------------------------------------------------------------------------
act "11. What waited, is free"
say "Nobody lifted anything: the block of the second packet stood until the first one was validated." # S1-174
top 3 1 ledger why $STATE
never WAITING
run 1 ledger why $DUAL
expect WAITING

# through PACKET SECTION PATH FROM: a packet on its whole way, with the commit that it asks for.
through() {
  local id=$1 section=$2 path=$3 title=$4
  as orla
  packet "$@" >$PACKETS/$id.md
  brief 0 ledger amend $id --from $PACKETS/$id.md
  commit "Write the packet $id"
  brief 0 ledger attest $id understood $UNDERSTOOD
  as vera brief 0 ledger attest $id transcribed $TRANSCRIBED
  as ilja
  brief 0 ledger seal $id
  brief 0 ledger attest $id refinement
  as orla
  brief 0 ledger attest $id complete
  brief 0 ledger move $id ready
  board
  brief 0 ledger attest $id assigned --value to=cody
  as cody brief 0 ledger attest $id bootstrap $BOOTSTRAP
  as orla brief 0 ledger move $id in-progress
  as cody
  mkdir -p "$(dirname "$path")"
  cp "$EXAMPLE/$path.after" "$path"
  commit "$title" --trailer "Work-Packet: $id"
  brief 0 ledger attest $section-R1 evidenced --value "where=$path:1"
  as builder
  brief 0 ledger attest SPEC-v1 spec-regression
  brief 0 ledger attest $id ai-review
  as vera brief 0 ledger attest $id anti-vibe $ANTI_VIBE
  as viktor brief 0 ledger attest $id validated
  as orla brief 0 ledger move $id done
  board
}
# packet PACKET SECTION PATH TITLE: the file of a packet, from the one that was taken.
packet() {
  sed -e "1s/.*/# $1: $4/" -e "s/SEC-2.3.12.3-R1/$2-R1/" -e '/SEC-2.3.12.3-R[23]/d' -e "s/SPEC_ANCHOR\*\*: .*/SPEC_ANCHOR**: $2/" \
    -e "s|^  - $CORE/storage/sqlite.rs|  - $3|" -e '/^  - .*\(postgres.rs\)$/d' -e '/IN_SCOPE_PATHS/{n;d;}' \
    -e "s/^- \*\*Dependencies\*\*: .*/- **Dependencies**: $5/" "$EXAMPLE/$PACKETS/$STORE.md"
}
through $STATE SEC-2.3.12.4 $CORE/state.rs "No pool in the state" "$STORE"
through $DUAL SEC-2.3.12.5 tests/storage.rs "Each test on two databases" "$STORE, $STATE"

# ---------------------------------------------------------------------------------------------------------------------
act "12. An exception"
on 2026-01-23
say "The audit of the front end finds something that nobody can mend today. Orla asks for an exception, and Ilja signs it." # S1-029
as builder
run 0 ledger attest repo cargo-deny --value violations=0
run 0 ledger attest repo npm-audit --value critical=0 --value high=1
as orla
run 1 ledger gate phase-closure PHASE-1
expect phase-closure.npm
run 0 ledger waive phase-closure.npm PHASE-1 --reason "no fixed release yet" --controls "the package is not in the bundle"
expect proposed
run 1 ledger gate phase-closure PHASE-1
expect UNMET
as ilja
run 0 ledger waive phase-closure.npm PHASE-1 --reason "no fixed release yet" --controls "the package is not in the bundle"
run 1 ledger gate phase-closure PHASE-1
expect WAIVED
say "An exception that nobody looked at again does not close a phase." # S1-180
expect phase-closure.waivers
WAIVER=$(said PHASE-1/phase-closure.npm/)
run 0 ledger attest "$WAIVER" audited

# ---------------------------------------------------------------------------------------------------------------------
act "13. The phase closes"
as orla
run 0 ledger attest PHASE-1 log-entry --result milestone # S1-099
as ilja
run 0 ledger gate phase-closure PHASE-1 # S1-013 S1-177 S1-178 S1-179 S1-181
as orla run 1 ledger move PHASE-1 closed
as ilja
run 0 ledger move PHASE-1 closed # S1-056
run 0 ledger show PHASE-1 # S1-030
expect expired
say "Now the specification may change."
echo '# Handshake Master Spec, version 2' >docs/master_spec/v2.md
commit "The second version"
run 0 ledger declare SPEC-v2 --kind spec --title "Master Spec, version 2" --path docs/master_spec/v2.md --link supersedes=SPEC-v1
run 0 ledger verify
expect valid

finish
