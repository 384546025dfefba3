# Functions for scenarios that are a demonstration and a test at once. Sourced by bash (3.2 or later); not run by itself.
#
#   play NAME TOOL...        begins: a fresh directory $DEMO, an environment without anybody's settings; TOOLs are needed
#   person NAME "Full Name"  makes a key in $DEMO/keys/NAME and a home directory with git's settings; DOMAIN.example is the address
#   as NAME CMD...           runs CMD as that person
#   on DATE                  sets the date; every command takes one minute of it
#   act TITLE / say TEXT     headings and prose
#   run CODE CMD...          prints a command, runs it, prints its output, and demands the exit code CODE
#   brief CODE CMD...        the same with the first line of the output only
#   top N CODE CMD...        the same with the first N lines of the output that are not empty
#   shell CODE 'SCRIPT'      the same for a line of shell
#   expect TEXT / never TEXT the output of the last command holds TEXT, or does not
#   finish                   ends well
#
# LEDGER names the program if it is not the first `ledger` on PATH. KEEP=1 keeps the directory. QUIET=1 prints acts only.

set -euo pipefail

bold= dim= red= green= off=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\033[1m' dim=$'\033[2m' red=$'\033[31m' green=$'\033[32m' off=$'\033[0m'
fi

WHO=; DAY=; MINUTE=0; STEPS=0; LAST=; PLAY=

play() {
  PLAY=$1
  local tool var
  for tool in git ssh-keygen "${@:2}"; do
    command -v "$tool" >/dev/null || { echo "$PLAY needs $tool, which is not on PATH" >&2; exit 5; }
  done
  # A run that is started from within a git hook must not act on the repository of that hook.
  for var in $(git rev-parse --local-env-vars); do unset "$var"; done
  unset SSH_AUTH_SOCK GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL EMAIL XDG_CONFIG_HOME
  export GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
  export GIT_PAGER=cat PAGER=cat LC_ALL=C TZ=UTC NO_COLOR=1
  # In two steps: if the directory cannot be made, nothing else may be taken for it and be removed at the end.
  DEMO=$(mktemp -d "${TMPDIR:-/tmp}/$PLAY.XXXXXX") || exit 5
  DEMO=$(cd "${DEMO:?}" && pwd -P) || exit 5
  mkdir -p "$DEMO/bin" "$DEMO/keys" "$DEMO/home"
  if [ -n "${LEDGER:-}" ]; then
    ln -s "$(cd "$(dirname "$LEDGER")" && pwd -P)/$(basename "$LEDGER")" "$DEMO/bin/ledger"
    PATH=$DEMO/bin:$PATH
  fi
  command -v ledger >/dev/null || { echo "$PLAY needs the program: set LEDGER=target/release/ledger" >&2; exit 5; }
  export DEMO PATH
  trap leave EXIT
}

leave() {
  local code=$?
  cd /
  if [ "$code" -ne 0 ]; then
    echo "${red}$PLAY failed after $STEPS steps; everything lies in $DEMO${off}" >&2
  elif [ -n "${KEEP:-}" ]; then
    echo "kept in $DEMO"
  else
    rm -rf "${DEMO:?}"
  fi
}

finish() {
  printf '\n%s%s: %s steps, every one as expected%s\n' "$green" "$PLAY" "$STEPS" "$off"
}

person() {
  local home=$DEMO/home/$1
  mkdir -p "$home"
  ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$DEMO/keys/$1"
  git config -f "$home/.gitconfig" user.name "$2"
  git config -f "$home/.gitconfig" user.email "$1@${DOMAIN:-switchyard}.example"
  git config -f "$home/.gitconfig" user.signingKey "$DEMO/keys/$1"
  git config -f "$home/.gitconfig" gpg.format ssh
  git config -f "$home/.gitconfig" commit.gpgSign true
  git config -f "$home/.gitconfig" init.defaultBranch main
  git config -f "$home/.gitconfig" advice.detachedHead false
}

as() {
  WHO=$1
  shift
  export HOME=$DEMO/home/$WHO GIT_CONFIG_GLOBAL=$DEMO/home/$WHO/.gitconfig
  "$@"
}

on() {
  DAY=$1 MINUTE=0
  stamp
}

stamp() {
  GIT_COMMITTER_DATE=$(printf '%sT%02d:%02d:00Z' "$DAY" $((9 + MINUTE / 60)) $((MINUTE % 60)))
  GIT_AUTHOR_DATE=$GIT_COMMITTER_DATE
  export GIT_COMMITTER_DATE GIT_AUTHOR_DATE
  MINUTE=$((MINUTE + 1))
}

act() {
  printf '\n%s== %s%s\n' "$bold" "$1" "$off"
}

say() {
  [ -n "${QUIET:-}" ] || printf '\n%s\n' "$1" | fold -s -w 110 | sed 's/ *$//'
}

# Prints a command as one would type it.
typed() {
  local word line=
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./=:,@%+~^-]*|'') line="$line \"$word\"" ;;
      *) line="$line $word" ;;
    esac
  done
  printf '%s' "${line# }"
}

run() { step all "$1" "$(shift; typed "$@")" "${@:2}"; }
brief() { top 1 "$@"; }
top() { step "$1" "$2" "$(shift 2; typed "$@")" "${@:3}"; }
shell() { step all "$1" "$2" bash -c "$2"; }

# step all|LINES CODE PRINTED CMD...
step() {
  local show=$1 want=$2 code=0
  LAST=$3
  shift 3
  stamp
  STEPS=$((STEPS + 1))
  "$@" >"$DEMO/out" 2>&1 </dev/null || code=$?
  if [ -z "${QUIET:-}" ]; then
    printf '%s%s$ %s%s\n' "$bold" "$WHO" "$LAST" "$off"
    if [ "$show" = all ]; then
      sed 's/^/  /; s/ *$//' "$DEMO/out"
    else
      awk -v left="$show" '/./ && left-- > 0 { print "  " $0 }' "$DEMO/out"
    fi
    [ "$code" -eq 0 ] || printf '  %s[exit %s]%s\n' "$dim" "$code" "$off"
  fi
  [ "$code" -eq "$want" ] || wrong "exit code $code instead of $want"
}

expect() {
  grep -qF -- "$1" "$DEMO/out" || wrong "the output does not say: $1"
}

never() {
  ! grep -qF -- "$1" "$DEMO/out" || wrong "the output says: $1"
}

wrong() {
  {
    printf '\n%sNOT AS EXPECTED%s  %s\n  at       line %s\n  command  %s$ %s\n  output\n' \
      "$red" "$off" "$1" "$(caller_line)" "$WHO" "$LAST"
    sed 's/^/    /' "$DEMO/out"
  } >&2
  exit 1
}

# Returns the lines of the scenario from which a function was called, innermost first.
caller_line() {
  local i lines=
  for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
    case ${BASH_SOURCE[$i]} in *play.sh) ;; *) lines="$lines ${BASH_LINENO[$((i - 1))]}" ;; esac
  done
  printf '%s' "${lines# }"
}

# Prints the value of a text key in the last line of the last output: `field sha256`.
field() {
  sed -n "\$s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" "$DEMO/out"
}
