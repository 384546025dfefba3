#!/usr/bin/env bash
# Phase E, from the founding of the ledger to the commit that goes through, and to the tampered event that is found.
# A demonstration and a test: each command's exit code, and what it says, is checked. See README.md beside this file.
#
#   LEDGER=target/release/ledger examples/phase-e/scenario.sh      KEEP=1 keeps the repository, QUIET=1 prints the acts only

EXAMPLE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
. "$EXAMPLE/../play.sh"
play phase-e python3

DOCS=docs/16-phase-e
INDEX=$DOCS/phase-e-artifact-index.md

# title E-03: the title that the index gives.
title() { sed -n "s/^| $1 | \(.*\) | .* |\$/\1/p" "$EXAMPLE/$INDEX"; }
path_of() { sed -n "s/^| $1 | .* | \(.*\) |\$/\1/p" "$EXAMPLE/$INDEX"; }
group_of() {
  case $1 in
    E-0[1-4]) echo core ;; E-0[5-7]) echo safety ;; E-08 | E-09 | E-10) echo operations ;; *) echo governance ;;
  esac
}

# write PATH...: the drafter puts the documents of the example into the work tree.
write() {
  local path
  for path in "$@"; do
    mkdir -p "$(dirname "$path")"
    cp "$EXAMPLE/$path" "$path"
  done
}
commit() { local want=$1; shift; git add -A; run "$want" git commit -q -m "$@"; }
refused() { git add -A; top 3 1 git commit -q -m "$@"; }
# later DAY CODE CMD...: runs CMD as if that day had come, and returns to the day that is.
later() { local day=$DAY minute=$MINUTE; on "$1"; shift; run "$@"; DAY=$day MINUTE=$minute; stamp; }
undo() { git reset -q --hard; git clean -qfd; }
# The proposal that the last command made, as its `next` line names it.
proposal() { sed -n 's/.*next *ledger cosign \([0-9a-f]*\).*/\1/p' "$DEMO/out"; }

while read -r name _ _ _ full; do
  case $name in '#'* | '') ;; *) person "$name" "$full" ;; esac
done <"$EXAMPLE/actors"

# ---------------------------------------------------------------------------------------------------------------------
act "1. The rules, and who may act by them"
on 2026-01-10
as dario
mkdir "$DEMO/repo" && cd "$DEMO/repo"
git init -q -b main .
write src/main.rs src/migrate/mod.rs src/migrate/plan.rs migrations/0001.sql infra/network.tf deploy/Dockerfile \
  config/runtime/switchyard.toml
mkdir governance && cp "$EXAMPLE/charter.toml" governance/charter.toml
git add -A && stamp && git commit -q -m "Switchyard, as far as it was written before Phase E"

say "A typo in a rule must not weaken it. The charter is checked before anybody signs anything."
sed 's/every designated-document is sealed/every designated-document is seeled/' governance/charter.toml >"$DEMO/typo.toml"
run 2 ledger charter check ../typo.toml
expect seeled
expect sealed
run 0 ledger charter check governance/charter.toml

say "Lena founds the ledger. Until two people of platform governance are enrolled, nothing but enrolment is admitted." # S0-004
as lena
run 0 ledger init --charter governance/charter.toml --actor lena --key ../keys/lena
run 1 ledger declare PHASE-E --kind phase --title "Phase E: orchestration design"
while read -r name type roles operator _; do
  case $name in '#'* | '' | lena) continue ;; esac
  if [ "$type" = human ]; then
    brief 0 ledger actor enroll "$name" --kind human --public-key "../keys/$name.pub" --role "$roles" \
      --git-email "$name@switchyard.example"
  fi
done <"$EXAMPLE/actors"

say "Kim was the second. The founding is over: from here on, enrolment takes two signatures. The agent Mira drafts for Dario."
run 0 ledger actor enroll mira --kind agent --operator dario --public-key ../keys/mira.pub --role drafter \
  --git-email mira@switchyard.example
expect proposed
PROPOSAL=$(proposal)
as kim run 0 ledger cosign "$PROPOSAL"
run 0 ledger actor list
expect mira
expect dario

say "The file .ledger names the ledger that this repository obeys. The hooks are a convenience; a server or CI judges again."
as lena
run 0 ledger hooks install
commit 0 "Put this repository under the ledger"

# ---------------------------------------------------------------------------------------------------------------------
act "2. Phase E opens, MIG-06 is blocked"
# S0-003 S0-005 S0-019 S0-020
run 1 ledger declare PHASE-E --kind phase --title "Phase E: orchestration design" --field mode=casual # S0-002
expect "governance"
run 0 ledger declare PHASE-E --kind phase --title "Phase E: orchestration design" --field mode=governance
say "The kickoff notice says why. It has an id of its own, wherever its file lies, and gives out no numbers." # S0-001
run 1 ledger declare PHASE-E-KICKOFF --kind notice --title "Phase E kickoff" --link numbers=PHASE-E # S0-008
expect numbers
brief 0 ledger declare PHASE-E-KICKOFF --kind notice --title "Phase E kickoff" --path $DOCS/kickoff.md
brief 0 ledger declare MIG-06 --kind migration --title "Order history to the new store"
brief 0 ledger declare CP-21 --kind prerequisite --title "Warden, leases and policy" --path docs/control-plane/cp-21.md
as dario run 1 ledger block MIG-06 DESIGN-BLOCKED --reason "nobody asked me" # S0-004: only platform governance places it
expect platform-governance
as lena
run 0 ledger block MIG-06 DESIGN-BLOCKED --reason "orchestration is not designed yet; the default answer is no"
run 1 ledger move MIG-06 active # S0-040
expect DESIGN-BLOCKED
run 0 ledger status --all # S0-093
expect PHASE-E
expect DESIGN-BLOCKED
expect CP-21

# ---------------------------------------------------------------------------------------------------------------------
act "3. Drafting goes on, implementation does not"
on 2026-01-12
say "Design is not blocked: documents are declared, written and committed." # S0-041 S0-044
as dario
for n in 00 01 02 03 04 05 06 07 08 11; do
  id=E-$n title=$(title "E-$n")
  [ "$id" != E-03 ] || title="Interface catalog"
  INDEXES=(); [ "$id" != E-00 ] || INDEXES=(--link numbers=PHASE-E)
  brief 0 ledger declare "$id" --kind artifact --title "$title" --path "$(path_of "$id")" --field "group=$(group_of "$id")" \
    ${INDEXES[@]+"${INDEXES[@]}"} # S0-067
done
as mira
for n in 09 10; do
  brief 0 ledger declare "E-$n" --kind artifact --title "$(title "E-$n")" --path "$(path_of "E-$n")" --field group=operations
done
as lena
brief 0 ledger declare E-12 --kind record --title "$(title E-12)" --path "$(path_of E-12)" # the index lists it, so it has to be there
as dario
write $INDEX $DOCS/kickoff.md $DOCS/e-0{1,2,3,4,5,6,7}.md $DOCS/e-11.md docs/control-plane/cp-21.md
commit 0 "Draft the core and safety documents"
as mira
write $DOCS/e-09.md $DOCS/e-10.md
commit 0 "Draft runbook and test strategy"
as dario
run 1 ledger declare e-09 --kind artifact --title "Another runbook" --path $DOCS/e-09.md --field group=operations # one id, one thing
run 1 ledger amend E-11 --add-link numbers=PHASE-E # S0-008: a second document that numbers, and the one that does already
expect "E-00 links to PHASE-E by numbers already"
run 1 ledger declare E-13 --kind artifact --title "One too many" --path $DOCS/e-13.md --field group=core # S0-048

say "Whatever changes behaviour is implementation, however small. The commit is refused, and told what would lift the block." # S0-016
echo '// TODO tidy' >>src/migrate/plan.rs
echo 'A first note.' >$DOCS/notes.md
commit 1 "Small cleanup in migrator" # S0-026 S0-029 S0-036 S0-091
expect src/migrate/plan.rs
expect DESIGN-BLOCKED
expect MIG-06
expect "ledger gate unblock MIG-06"
expect "git restore --staged src/migrate/plan.rs"

say "The way out that it printed works: the design part goes through alone."
run 0 git restore --staged src/migrate/plan.rs
run 0 git commit -q -m "Note down a first question"
undo

say "Schema, infrastructure, deployment, runtime configuration: the same answer, whatever the message calls it." # S0-027 S0-038 S0-039 S0-090
echo 'ALTER TABLE routing ADD COLUMN moved_at TIMESTAMP;' >migrations/0002.sql
refused "Temporary: prepare the schema"
expect migrations/0002.sql
undo
echo 'variable "batch_subnet" { default = "10.21.0.0/24" }' >>infra/network.tf
refused "Non-functional: reserve a subnet"
expect infra/network.tf
undo
echo 'USER 1000' >>deploy/Dockerfile
refused "Harden the image"
expect deploy/Dockerfile
undo
echo 'lease_seconds = 30' >config/runtime/switchyard.toml
refused "Tune a lease"
expect config/runtime/switchyard.toml
undo
say "Nor is there a place that was forgotten: what is not design is implementation."
mkdir lib && echo 'print("a dispatcher")' >lib/dispatcher.py
refused "Try out a dispatcher"
expect lib/dispatcher.py
undo

say "Git's --no-verify leaves out two of the hooks, and the third says the same. Somebody switches all of them off. Then CI and the push judge the same commits by the same function."
git switch -q -c shortcut
echo '// proof of concept' >>src/migrate/plan.rs
git add -A
top 3 1 git commit -q --no-verify -m "Proof of concept"
run 0 git -c core.hooksPath=/dev/null commit -q -m "Proof of concept"
run 1 ledger check --range main..shortcut
expect src/migrate/plan.rs
git init -q --bare "$DEMO/origin.git"
git remote add origin "$DEMO/origin.git"
run 1 git push -q origin shortcut
expect DESIGN-BLOCKED
git switch -q main
run 0 git push -q origin main

say "Nor can the block be argued away: everything that is missing is named, with who can supply it and how." # S0-021 S0-023 S0-025 S0-068
as lena
run 1 ledger unblock MIG-06 DESIGN-BLOCKED --record E-12
run 1 ledger gate unblock MIG-06
expect CP-21
expect E-12
expect E-08
expect "ledger attest E-01 review"
say "What is asked of each document is a matrix: its columns are the criteria of the gate, its rows the things they speak of." # S0-080
expect "readiness  present  complete  deterministic  consistent  reviewed  sealed"
expect "13 x 6, "
expect "NON-AUTHORITATIVE on E-00, E-01, E-02"
as dario top 12 1 ledger why src/migrate/plan.rs
expect DESIGN-BLOCKED

# ---------------------------------------------------------------------------------------------------------------------
act "4. Two documents that disagree"
on 2026-01-14
say "The index alone gives titles. E-03 was declared under another one, and that holds the whole phase." # S0-006 S0-007 S0-009
run 1 ledger why E-03
expect "Interface catalog"
expect "Interface and contract catalog" # S0-010: both sides
as lena
run 1 ledger move PHASE-E closed # S0-018
expect INDEX-CONFLICT
as dario
run 0 ledger amend E-03 --title "$(title E-03)"
say "The register lists six risks, and nobody declared them: a risk that stands in a table alone would be treated by nobody." # S0-058
run 1 ledger why E-06
expect "has a row R-001, and nobody declared R-001"
expect "ledger declare R-001 --kind risk"
while IFS='|' read -r _ risk what _; do
  risk=$(echo $risk)
  case $risk in R-00[1-6]) brief 0 ledger declare "$risk" --kind risk --title "$(echo $what)" ;; esac
done <"$EXAMPLE/$DOCS/e-06.md"
as lena
run 1 ledger move PHASE-E closed # no longer the lists, but the exit gate, S0-011
never INDEX-CONFLICT
expect CP-21

# ---------------------------------------------------------------------------------------------------------------------
act "5. Reviews that count, and reviews that do not"
on 2026-01-19
as dario
for n in 00 01 02 03 04 05 06 07 11; do brief 0 ledger move "E-$n" complete; done
run 1 ledger move E-08 complete # S0-069 S0-074: the file is not there
expect $DOCS/e-08.md
as mira
for n in 09 10; do brief 0 ledger move "E-$n" complete; done

REVIEW="review --answer complete=yes --answer deterministic=yes --answer consistent=yes" # S0-049 S0-050
say "Raj mends a sentence in E-05. From then on he is one of its authors, and may not review it."
as raj
sed 's/A read is retried 3 times/A read is retried at most 3 times/' "$EXAMPLE/$DOCS/e-05.md" >$DOCS/e-05.md
commit 0 "E-05: three retries are the most"
run 1 ledger attest E-05 $REVIEW
expect raj
as petra run 0 ledger attest E-05 $REVIEW

say "A review speaks of bytes. Petra reviews E-03, Dario edits it, and her word no longer counts."
run 0 ledger attest E-03 $REVIEW
run 0 ledger gate sealable E-03
as dario
sed 's/by more than 30 s/by more than 10 s/' "$EXAMPLE/$DOCS/e-03.md" >$DOCS/e-03.md
commit 0 "E-03: clocks may differ by 10 s"
run 1 ledger gate sealable E-03
expect UNMET
expect petra
as omar run 1 ledger seal E-03
as petra run 0 ledger attest E-03 $REVIEW

say "Two reviewers who contradict each other are not a yes: the outcome is UNKNOWN, and UNKNOWN does not pass." # S0-022
run 0 ledger attest E-06 $REVIEW
as raj run 0 ledger attest E-06 review --result reject --answer complete=yes --answer deterministic=yes --answer consistent=no
run 1 ledger gate sealable E-06
expect UNKNOWN
say "They talk. Raj was wrong about R-006, and says so; the log keeps both words."
run 0 ledger attest E-06 $REVIEW

as petra
for n in 00 01 02 04 07 09 10 11; do brief 0 ledger attest "E-$n" $REVIEW; done # S0-013 S0-078

say "Mira checks each document, word by word and against the others. What she finds is hers to say, and it takes the review besides." # S0-049 S0-050
as mira
run 0 ledger attest E-04 deterministic --result fail
run 1 ledger gate readiness PHASE-E
expect "deterministic of E-04: fail by mira"
for n in 00 01 02 03 04 05 06 07 09 10 11; do
  brief 0 ledger attest "E-$n" deterministic # S0-076
  brief 0 ledger attest "E-$n" coherent # S0-077
done

# ---------------------------------------------------------------------------------------------------------------------
act "6. Decisions, risks, topics, evidence"
on 2026-01-22
as dario
brief 0 ledger declare D-001 --kind decision --title "Does a batch keep its lease while it waits for the replica?" # S0-024
i=0
while IFS='|' read -r _ risk _ _ _ control _; do
  risk=$(echo $risk) control=$(echo $control)
  case $risk in R-00[1-5])
    brief 0 ledger declare "${control%% *}" --kind control --title "${control#* }"
    brief 0 ledger amend "$risk" --link "controlled_by=${control%% *}"
    brief 0 ledger move "$risk" mitigated # S0-035 S0-058
    ;;
  esac
done <"$EXAMPLE/$DOCS/e-06.md"
run 1 ledger move R-006 mitigated # no control
expect controlled_by

say "A risk is accepted with a reason, or not at all." # S0-059
as lena
run 1 ledger move R-006 accepted
expect rationale
as dario
run 0 ledger amend R-006 --field "rationale=The order follows traffic, lowest first, so that a mistake hurts the fewest accounts."
as lena
run 0 ledger move R-006 accepted
run 0 ledger move D-001 resolved

say "What the phase is about is locked, topic by topic, each with the documents that cover it." # S0-031 S0-032
topic() { brief 0 ledger declare "$1" --kind topic --title "$2" --link "covered_by=$3" --link "covered_by=$4"; }
topic T-orchestration "States, flows, responsibilities" E-01 E-09
topic T-contracts "Calls and their refusals" E-03 E-01
topic T-control-plane "What is needed of Warden" E-04 E-03
topic T-fail-closed "What happens when something is missing" E-05 E-09
topic T-observability "What can be known afterwards" E-08 E-10
topic T-risk "What could go wrong, and who stops it" E-06 E-07

say "Evidence goes into the ledger's own store, so that no cleanup of branches can take it away. Its category is one of six." # S0-053 S0-054
as dario
printf 'E-01 names 5 parts, 8 states, 4 invariants; each transition has an owner.\n' >"$DEMO/p1.txt"
proof() { echo "ledger attest $1 proof --value category=$2 --evidence $(path_of "$1")"; }
run 1 $(proof E-01 P9) --evidence ../p1.txt
say "A proof keeps the bytes that it proves. Without them it is none."
run 1 ledger attest E-01 proof --value category=P1 --evidence ../p1.txt
expect "--evidence $(path_of E-01)"
run 0 $(proof E-01 P1) --evidence ../p1.txt
brief 0 $(proof E-03 P2)
brief 0 $(proof E-04 P3)
brief 0 $(proof E-05 P4)
brief 0 $(proof E-06 P5)
run 1 ledger gate readiness PHASE-E
expect "readiness.proof-p6"
never "readiness.proof-p5"

# ---------------------------------------------------------------------------------------------------------------------
act "7. Seals"
on 2026-01-26
as dario
write $DOCS/e-08.md
commit 0 "Draft E-08"
brief 0 ledger move E-08 complete
brief 0 $(proof E-08 P6)
as petra brief 0 ledger attest E-08 $REVIEW
as mira
brief 0 ledger attest E-08 deterministic
brief 0 ledger attest E-08 coherent
as raj
run 0 ledger attest E-08 records --answer logs=yes --answer traces=yes --answer correlation=yes --answer audit-events=yes # S0-034
run 0 ledger attest E-09 procedures --answer abort=yes --answer rollback=yes --answer recovery=yes # S0-033

say "A branch for later: Dario would like other retry limits. It leaves main before anything is sealed."
as dario
git switch -q -c retry-limits
sed 's/at most 3 times, after 1 s, 4 s and 16 s/at most 5 times, after 1 s each/' $DOCS/e-05.md >"$DEMO/e-05.md"
cp "$DEMO/e-05.md" $DOCS/e-05.md
commit 0 "E-05: five quick retries"
git switch -q main

say "Until CP-21 is sealed, everything that Phase E produces is marked non-authoritative." # S0-045 S0-046
run 0 ledger show E-01
expect NON-AUTHORITATIVE
as ines run 1 ledger seal CP-21 # not done yet
as lena brief 0 ledger move CP-21 done
as ines run 0 ledger seal CP-21 # S0-042 S0-047 S0-073
run 0 ledger show E-01
never NON-AUTHORITATIVE

say "An approver who neither wrote nor reviewed a document seals it. Reviewers cannot, drafters cannot." # S0-051
as petra run 1 ledger seal E-01
as dario run 1 ledger seal E-01
as omar run 0 ledger seal E-01
for n in 00 02 03 04; do brief 0 ledger seal "E-$n"; done # S0-052 S0-055 S0-056
as ines
for n in 05 06 07 08 11; do brief 0 ledger seal "E-$n"; done # S0-057 S0-060 S0-061 S0-064
say "What is sealed is not moved back: neither by its drafter, nor by one lead. It is unsealed first, by two."
as dario run 1 ledger move E-01 draft
expect "ledger unseal E-01"
say "The runbook and the test strategy are reviewed and stay open, as the charter says." # S0-062 S0-063 S0-079

say "What is sealed is closed to commits as well."
as dario
sed 's/at most 3 times/at most 4 times/' $DOCS/e-05.md >"$DEMO/e-05.md" && cp "$DEMO/e-05.md" $DOCS/e-05.md
echo '// TODO tidy' >>src/migrate/plan.rs
echo 'A second note.' >$DOCS/notes.md
echo 'Who is on call?' >$DOCS/questions.md
commit 1 "Small cleanup in migrator"
expect "2 of your 4 staged files can be committed now"
expect $DOCS/e-05.md
expect "ledger unseal E-05"
expect src/migrate/plan.rs
undo

# ---------------------------------------------------------------------------------------------------------------------
act "8. The formal words"
on 2026-02-02
say "Raj wrote a sentence of E-05. He may confirm the set, but not alone."
as raj
run 0 ledger attest PHASE-E formal-review --result confirm --answer fail-closed=yes --answer dependencies-safe=yes \
  --answer observable=yes # S0-081 S0-082 S0-083
top 3 1 ledger gate readiness PHASE-E
expect "readiness.formal"
as petra brief 0 ledger attest PHASE-E formal-review --result confirm --answer fail-closed=yes --answer dependencies-safe=yes \
  --answer observable=yes
as raj run 0 ledger attest PHASE-E nothing-new # S0-037: no new concept, architecture or primitive was seen
say "E-05 must be confirmed for each of five conditions. One no is a no." # S0-014
as petra
run 0 ledger attest E-05 fail-closed --result fail --answer partial-failure=yes --answer policy-denial=yes \
  --answer missing-dependency=yes --answer invalid-input=yes --answer degraded=no
run 1 ledger gate readiness PHASE-E
expect E-05
run 0 ledger attest E-05 fail-closed --result pass --answer partial-failure=yes --answer policy-denial=yes \
  --answer missing-dependency=yes --answer invalid-input=yes --answer degraded=yes
as lena
run 0 ledger attest E-11 checklist --result pass --answer prerequisite=yes --answer documents=yes --answer reviews=yes \
  --answer seals=yes --answer risks=yes # S0-064
run 0 ledger gate readiness PHASE-E # S0-012 S0-072 S0-075
expect "12 x 6, 70 of 70 met"
never NON-AUTHORITATIVE

say "A status says what was asked when it was reached. Dario unlinks the control of a risk that is mitigated already: the gate asks again." # S0-035
as dario
run 0 ledger amend R-002 --no-link controlled_by
run 1 ledger gate readiness PHASE-E
expect "readiness.controls"
expect "R-002 has no controlled_by"
say "A control that nobody defined is none."
run 0 ledger amend R-002 --link controlled_by=C-999
run 1 ledger gate readiness PHASE-E
expect "C-999 is declared by nobody"
expect "ledger declare C-999 --kind control"
run 0 ledger amend R-002 --link controlled_by=C-002
as lena
run 0 ledger gate readiness PHASE-E

# ---------------------------------------------------------------------------------------------------------------------
act "9. The unblock record, signed by two"
on 2026-02-03
say "There is one record, E-12, and it must cite everything. Lena forgets E-07." # S0-066
write $DOCS/e-12.md
commit 0 "Write the unblock record"
CITES="--link cites=CP-21"
for n in 00 01 02 03 04 05 06 08 09 10 11; do CITES="$CITES --link cites=E-$n"; done
run 0 ledger amend E-12 $CITES
run 1 ledger seal E-12
expect E-07
run 0 ledger amend E-12 $CITES --link cites=E-07 # S0-084 S0-085
say "The record is asked for what each document is asked for."
run 0 ledger move E-12 complete
as petra brief 0 ledger attest E-12 $REVIEW
as dario
brief 0 ledger attest E-12 deterministic
brief 0 ledger attest E-12 coherent
as lena
run 1 ledger declare e-12 --kind record --title "A second record" --path $DOCS/e-12b.md # S0-065

say "Two keys of platform governance seal it. One signature is a proposal; the same person twice is still one."
run 0 ledger seal E-12
expect proposed
PROPOSAL=$(proposal)
run 1 ledger seal E-12
run 1 ledger unblock MIG-06 DESIGN-BLOCKED --record E-12 # S0-088
as omar run 1 ledger cosign "$PROPOSAL"
as kim run 0 ledger cosign "$PROPOSAL"

say "It authorizes what was there when it was sealed. A risk that is found and treated a day later was not." # S0-084 S0-086
on 2026-02-04
as dario
brief 0 ledger declare R-007 --kind risk --title "Two orchestrators hold one lease" --link controlled_by=C-001
brief 0 ledger move R-007 mitigated
as lena
run 0 ledger gate readiness PHASE-E
run 1 ledger gate unblock MIG-06
expect "R-007"
expect "ledger unseal E-12"
run 0 ledger unseal E-12 --reason "R-007 came after it"
as kim brief 0 ledger unseal E-12 --reason "R-007 came after it"
as lena brief 0 ledger seal E-12
as kim run 0 ledger seal E-12

say "The sealed record is one key. The closed phase is the other." # S0-089
as lena
run 1 ledger unblock MIG-06 DESIGN-BLOCKED --record E-12
expect PHASE-E
as lena run 0 ledger move PHASE-E closed
run 1 ledger gate unblock MIG-06 --if "unseal E-12 by lena and kim" # either key alone is none
expect "exit.sealed"
run 0 ledger gate unblock MIG-06
expect "13 x 6, 76 of 76 met"

say "The same commit as three weeks ago is still refused while the lift has one signature." # S0-092
run 1 ledger unblock MIG-06 DESIGN-BLOCKED # without the record
expect E-12
run 0 ledger unblock MIG-06 DESIGN-BLOCKED --record E-12 --reason "Phase E is closed, E-12 is sealed"
expect proposed
PROPOSAL=$(proposal)
as dario
echo '// TODO tidy' >>src/migrate/plan.rs
commit 1 "Small cleanup in migrator"
say "Nor does time lift it. Four years later it stands."
later 2030-01-10 1 git commit -q -m "Small cleanup in migrator"
expect DESIGN-BLOCKED
as kim run 0 ledger cosign "$PROPOSAL" # S0-086 S0-087
as dario
commit 0 "Small cleanup in migrator"
as lena run 0 ledger move MIG-06 active

# ---------------------------------------------------------------------------------------------------------------------
act "10. The audit"
on 2026-03-02
as ines
run 0 ledger status
run 0 ledger why MIG-06
run 0 ledger status --all --by group # S0-067
expect "artifact: operations"
run 0 ledger show MIG-06 # S0-015
expect "on record E-12"
say "What was known on the 20th of January? The state of any day is recomputed from the events up to it."
top 20 1 ledger gate unblock MIG-06 --at 2026-01-20
expect "event 81"
run 0 ledger replay --at 2026-01-20 --digest
EARLIER=$(cat "$DEMO/out")
run 0 ledger replay --digest
[ "$EARLIER" != "$(cat "$DEMO/out")" ] || wrong "the state of January is the state of March"
run 0 ledger replay --at 2026-01-20 --digest
[ "$EARLIER" = "$(cat "$DEMO/out")" ] || wrong "the same replay gave another state"

say "The same ledger judges other code: what would Dario's branch mean for governance?"
run 1 ledger diff main retry-limits
expect E-05
run 0 ledger diff main main

say "The log is git's own, each event an ordinary signed commit."
shell 0 'git log --format="%h  %as  %<(5)%an  %s" refs/ledger/main | head -12' # M0-001
expect "unblocked MIG-06 DESIGN-BLOCKED"
shell 0 'git log --format=%s refs/ledger/main | grep E-12' # S0-043: in order of the chain
expect "proposed sealed E-12"

say "An auditor needs a clone, and the digest of the first event from somewhere else, say from the wall of the office."
run 0 git push -q origin main
run 0 ledger sync
ledger log --format json >"$DEMO/log.jsonl"
GENESIS=$(sed -n '1s/.*"sha256":"\([0-9a-f]\{64\}\)".*/\1/p' "$DEMO/log.jsonl")
sed -n '$p' "$DEMO/log.jsonl" >"$DEMO/out"
TIP=$(field sha256)
SEQ=$(($(wc -l <"$DEMO/log.jsonl") - 1))
git clone -q "$DEMO/origin.git" "$DEMO/audit" && cd "$DEMO/audit"
say "A clone that lacks the ledger which its .ledger names is no free pass. The command that it prints fetches it."
run 3 ledger check --range HEAD~1..HEAD
expect "ledger sync"
run 0 ledger sync
run 0 ledger verify --genesis "$GENESIS" --tip "$SEQ:$TIP"

say "Nor need the auditor trust this program: git checks every signature with nothing but the keys that the ledger lists."
run 0 ledger key list --allowed-signers .git/signers
cp .git/signers ../signers
shell 0 'git -c gpg.ssh.allowedSignersFile=.git/signers verify-commit refs/ledger/main'
expect 'Good "git" signature for lena'
shell 0 'git -c gpg.ssh.allowedSignersFile=.git/signers log --format="%G? %GS" refs/ledger/main | sort | uniq -c'
never " B"
never " N"
say "And a second program, written from the specification alone, reads the same events and comes to the same state."
export SPECIFICATION=$EXAMPLE/../../ledger-format GENESIS
shell 0 'python3 "$SPECIFICATION/verify.py" . --genesis "$GENESIS" --format json'
expect "\"events\": $((SEQ + 1)),"
expect "$(ledger replay --digest)"
run 3 ledger verify --genesis "$(printf '0%.0s' $(seq 64))"

# ---------------------------------------------------------------------------------------------------------------------
act "11. Somebody rewrites history"
say "In a copy, the reason of the lift is reworded with git's own tools, and the event after it is hung onto the forgery."
cp -R "$DEMO/repo" "$DEMO/tampered" && cd "$DEMO/tampered"
git cat-file commit refs/ledger/main~1 | sed '$s/Phase E is closed/Phase E is postponed/' >"$DEMO/forged"
FORGED=$(git hash-object -t commit -w "$DEMO/forged")
git cat-file commit refs/ledger/main | sed "s/^parent .*/parent $FORGED/" >"$DEMO/forged"
git update-ref refs/ledger/main "$(git hash-object -t commit -w "$DEMO/forged")"
shell 0 'git fsck --strict --no-dangling && git log --format="%h %an  %s" refs/ledger/main | head -2'
say "Git sees nothing wrong. The ledger names the event; and nothing can be committed until it is mended."
run 3 ledger verify
expect "$((SEQ - 1))"
expect trust.signature
shell 3 'python3 "$SPECIFICATION/verify.py" .'
expect trust.signature
echo 'A third note.' >$DOCS/notes.md
commit 1 "Note down a third question"
undo
git update-ref refs/ledger/main "$(git -C "$DEMO/repo" rev-parse refs/ledger/main)"

say "Dario is a drafter. With git alone and his own key he writes an event by hand: MIG-06 is done. Every byte of it is well formed."
as dario
stamp
AT=$GIT_COMMITTER_DATE
git cat-file commit refs/ledger/main | sed -n '$p' >"$DEMO/payload"
{
  printf 'moved MIG-06 done\n\n'
  sed -e 's/"actor":"lena","as":"[^"]*","at":"[^"]*"/"actor":"dario","as":"drafter","at":"'"$AT"'"/' \
    -e 's/"from":"planned","to":"active"/"from":"active","to":"done"/' -e 's/"id":"[^"]*"/"id":"'"$(printf 'd%.0s' $(seq 32))"'"/' \
    -e 's/"prev":"[^"]*"/"prev":"'"$TIP"'"/' -e 's/"seq":'"$SEQ"'/"seq":'"$((SEQ + 1))"'/' "$DEMO/payload"
} >"$DEMO/event"
shell 0 'cat ../event'
FORGED=$(GIT_AUTHOR_NAME=dario GIT_COMMITTER_NAME=dario GIT_AUTHOR_EMAIL='' GIT_COMMITTER_EMAIL='' \
  GIT_AUTHOR_DATE=$AT GIT_COMMITTER_DATE=$AT \
  git commit-tree -S -p refs/ledger/main -F "$DEMO/event" 4b825dc642cb6eb9a060e54bf8d69288fbee4904)
git update-ref refs/ledger/main "$FORGED"
shell 0 'git -c gpg.ssh.allowedSignersFile=../signers verify-commit refs/ledger/main'
expect 'Good "git" signature for dario'
say "Git says that the signature is good, and it is. Replay judges the event again as if it were appended now, and refuses it."
run 3 ledger verify
expect "event $((SEQ + 1))"
expect "moved MIG-06 done"
expect authority.role
run 3 ledger status
say "The command that it prints takes the ledger back to its last valid event."
run 0 git update-ref refs/ledger/main "$(sed -n 's/.*git update-ref refs\/ledger\/main \([0-9a-f]*\).*/\1/p' "$DEMO/out")"
run 0 ledger verify --tip "$SEQ:$TIP"
as ines

say "Cut off the end instead: what is left is a valid ledger, but it lacks the tip that the auditor wrote down."
git update-ref refs/ledger/main "$(git -C "$DEMO/repo" rev-parse refs/ledger/main~2)"
run 0 ledger verify --genesis "$GENESIS"
run 3 ledger verify --genesis "$GENESIS" --tip "$SEQ:$TIP"
say "And remove the ledger altogether: then nothing at all can be committed."
git update-ref -d refs/ledger/main
echo 'A third note.' >$DOCS/notes.md
commit 1 "Note down a third question"
expect "ledger sync"

finish
