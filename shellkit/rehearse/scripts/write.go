package scripts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// section is the part of a script that is about its lock.
type section struct {
	take, inside, leave []string
	close               []string // ends what take has opened
	redirect            string   // of the compound that it stands in
	bail                string   // how who takes the lock in a function of its own says that it has not got it
}

// whole is the section in one piece.
func (s *section) whole() []string {
	rest := join(s.inside, s.leave)
	if len(s.close) > 0 {
		return join(s.take, indented(rest), s.close)
	}
	return join(s.take, rest)
}

// write makes the script's text, and the files that it sources.
func (p *plan) write() (string, map[string]string) {
	head := []string{p.shebang()}
	if p.told != nil {
		body := join(head, p.options(), p.assignments(), p.noise(), p.told.body)
		if p.shell == source.Ksh { // which becomes its last program, and closes the descriptor for it
			body = append(body, `echo "$0 ends"`)
		}
		return strings.Join(body, "\n") + "\n", p.told.files
	}
	if p.idle != "" {
		head = append(head, "# lockkit disable="+p.idle+" -- looked at")
	}
	if p.shape != "text" && p.shape != "here-document" { // there the other shell is told
		head = append(head, p.options()...)
	}
	if p.way == byFunctions {
		head = append(head, p.library())
	}
	var body []string
	files := map[string]string{}
	switch p.way {
	case byCommand:
		body = join(p.assignments(), p.noise(), p.commandForm())
	case noLock:
		body = join(p.noise(), p.lockless())
	case byDescriptor:
		if special := p.special(); special != nil {
			body = join(p.assignments(), p.noise(), special)
			break
		}
		body = p.shaped(files)
	default:
		body = p.shaped(files)
	}
	return strings.Join(join(head, p.garnish(body)), "\n") + "\n", files
}

// options are those of the shell that takes the lock.
func (p *plan) options() []string {
	var out []string
	if p.errexit {
		out = append(out, "set -e")
	}
	if p.nounset {
		out = append(out, "set -u")
	}
	return out
}

func (p *plan) shebang() string {
	switch p.shell {
	case source.Dash:
		return pick(p.dice, "#!/bin/sh", "#!/bin/dash")
	case source.Ash:
		return "#!/bin/busybox ash"
	case source.Bash:
		return pick(p.dice, "#!/bin/bash", "#!/usr/bin/env bash")
	}
	return pick(p.dice, "#!/usr/bin/env ", "#!/usr/bin/") + string(p.shell)
}

// noise is what stands before the lock and has nothing to do with it.
func (p *plan) noise() []string { return join(p.anything(), p.asks()) }

// asks is a question before the lock. Its answer lets the script go on.
func (p *plan) asks() []string {
	switch p.gate {
	case "program":
		return pick(p.dice, []string{"./ready || exit 0"}, within("if ! ./ready; then", []string{`echo "not ready" >&2`, "exit 2"}, "fi"))
	case "quiet":
		return []string{"if ./nothing-to-do; then exit 0; fi"}
	case "argument":
		return pick(p.dice, []string{`[ -n "${1:-}" ] || exit 64`}, []string{`if [ "${1:-}" = "" ]; then exit 64; fi`})
	case "home":
		return []string{pick(p.dice, `[ -n "${HOME:-}" ] || exit 1`, `[ -n "$USER" ] || exit 1`, `if [ -z "$PATH" ]; then exit 1; fi`)}
	case "mode":
		return []string{`if [ "${STAGE_MODE:-}" = "" ]; then STAGE_MODE=fast; fi`, `[ "$STAGE_MODE" = fast ] || exit 0`}
	case "unset":
		return pick(p.dice, []string{`[ -z "${dry_run-}" ] || exit 0`}, []string{`if [ "${dry_run-}" = yes ]; then`, `  echo "would run"`, "  exit 0", "fi"})
	case "guarded":
		return []string{"ok() { [ -r /dev/null ] || return 1; }", "ok || exit 2"}
	case "version":
		return []string{`if [ "${BASH_VERSINFO[0]:-0}" -lt 3 ]; then exit 1; fi`}
	case "printed":
		return []string{"printf -v kind %s fast", `[ "${kind:-}" = fast ] || exit 1`}
	case "options":
		return []string{"while [ $# -gt 0 ]; do", `  case "$1" in`, "    -q) quiet=1 ;;", "    -*) exit 64 ;;", "    *) break ;;", "  esac", "  shift", "done"}
	case "tool":
		return []string{pick(p.dice, "command -v flock >/dev/null || exit 69", "command -v flock >/dev/null 2>&1 || { echo \"no flock\" >&2; exit 69; }")}
	case "told":
		return []string{"kind=$(echo fast)", `[ "$kind" = fast ] || exit 1`}
	}
	return nil
}

// anything is noise that decides nothing.
func (p *plan) anything() []string {
	switch p.dice.below(8) {
	case 0:
		return []string{"umask 077"}
	case 1:
		return []string{`echo "$0 starts"`}
	case 2:
		return []string{"LC_ALL=C", "export LC_ALL"}
	case 3:
		return []string{"verbose=", `if [ -n "${VERBOSE-}" ]; then verbose=1; fi`}
	case 4:
		return []string{p.words.helper + `() { echo "$1" >&2; exit 2; }`, `[ -r /dev/null ] || ` + p.words.helper + ` "no null"`}
	}
	return nil
}

// bail is how the loser of a section goes, in the shape that it stands in.
func (p *plan) bail() string {
	switch p.shape {
	case "function":
		if p.opening == "scope" || p.heed == "in-background" {
			return pick(p.dice, "exit 1", "return 1")
		}
		return pick(p.dice, "exit 1", "exit 0", "return 1")
	case "loop":
		return pick(p.dice, "break", "exit 1")
	}
	return pick(p.dice, "exit 1", "exit 1", "exit 0", "exit 75")
}

// shaped lays the section out in its structure.
func (p *plan) shaped(files map[string]string) []string {
	own := p.shape == "nested" || p.shape == "sourced"
	bail := p.bail()
	if own {
		bail = pick(p.dice, "return 1", "exit 1")
	}
	s := p.section(bail)
	set := join(p.assignments(), p.noise())
	w := &p.words
	switch {
	case own:
		taker := within(w.take+"() {", append(s.take, "return 0"), "}")
		call := w.take
		if bail == "return 1" && p.heed != "errexit" || p.heed == "suspended" {
			call += " || exit 1"
		}
		run := join(within(w.main+"() {", join([]string{call}, s.inside, s.leave), "}"), []string{w.main + ` "$@"`})
		if p.shape == "nested" {
			return join(set, taker, run)
		}
		files[w.file+".inc"] = strings.Join(taker, "\n") + "\n"
		return join(set, []string{`. "$(dirname "$0")/` + w.file + `.inc"`}, run)
	case p.shape == "function":
		call := []string{w.main + ` "$@"`}
		if s.redirect != "" && p.dice.chance(50) {
			call[0] += " " + s.redirect
			s.redirect = ""
		}
		return join(set, within(w.main+"() {", s.whole(), strings.TrimRight("} "+s.redirect, " ")), call)
	case p.shape == "subshell":
		return join(set, within("(", s.whole(), strings.TrimRight(") "+s.redirect, " ")))
	case p.shape == "group":
		return join(set, within("{", s.whole(), strings.TrimRight("} "+s.redirect, " ")))
	case p.shape == "loop":
		return join(set, within("for turn in 1 2; do", s.whole(), strings.TrimRight("done "+s.redirect, " ")))
	case p.shape == "branch":
		return join(set, []string{"case ${1-} in", "  --help)", `    echo "usage: $0"`, "    ;;", "  *)"},
			indented(indented(s.whole())), []string{"    ;;", "esac"})
	case p.shape == "text":
		inner := quoted(strings.Join(join(p.options(), set, s.whole()), "\n"))
		return []string{strings.Join(Interpreter(p.shell), " ") + " -c " + inner + ` "$0" "$@"`}
	case p.shape == "here-document":
		return join([]string{strings.Join(Interpreter(p.shell), " ") + ` -s -- "$@" <<'END'`}, p.options(), set, s.whole(), []string{"END"})
	}
	return join(set, s.whole())
}

// section makes the part about the lock.
func (p *plan) section(bail string) *section {
	switch p.way {
	case byDescriptor:
		return p.descriptorSection(bail)
	case byFunctions:
		return p.functionSection(bail)
	}
	return p.existenceSection(bail)
}

// special are scripts that have a structure of their own.
func (p *plan) special() []string {
	switch p.twist {
	case "order", "in-order":
		return p.twoLocks()
	case "mixed":
		return p.mixedKinds()
	case "slots":
		return p.slots()
	case "entries":
		return p.entries()
	}
	return nil
}

func (p *plan) fileName() string { return p.words.file }
