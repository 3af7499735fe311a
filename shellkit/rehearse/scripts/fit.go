package scripts

import (
	"strings"

	"github.com/lockkit/lockkit/shellkit/source"
)

// fit takes back what does not go together, or what the shell does not have.
func (p *plan) fit() {
	if p.opening == "scope" && p.shape != "loop" && p.shape != "function" && p.shape != "group" {
		p.shape = "subshell"
	}
	if p.way != byDescriptor && p.shape == "loop" {
		p.shape = "function"
	}
	if p.shape == "loop" && p.opening != "scope" && p.leave == "end" {
		p.leave = "close"
	}
	if p.opening == "scope" && p.leave == "close" {
		p.leave = "end"
	}
	p.fitHeed()
	if p.way != byDescriptor || p.twist != "" || p.mode != ">" || p.shape == "text" || p.shared {
		p.numbered = false
	}
	if p.way != byDescriptor || p.twist != "" || p.opening != "exec" {
		p.openFails = false
	}
	if p.input == "itself" && (p.shape == "text" || p.shape == "here-document" || strings.HasPrefix(p.leave, "removed") || strings.HasSuffix(p.leave, "removed")) {
		p.input = "constant"
	}
	if p.traps == "errtrap" && !hasErr.has(p.shell) {
		p.traps = "none"
	}
	if p.child == "closed" && (!freesBackground.has(p.shell) || p.opening == "brace" && p.shell == source.Zsh) {
		p.child = "closed-subshell"
	}
	if p.opening == "brace" && (p.child == "closed-group" || p.child == "closed-function") {
		p.child = "closed-subshell"
	}
	if p.shell != source.Bash && (p.gate == "version" || p.gate == "printed") {
		p.gate = "program"
	}
	if p.prefix == "timeout 60 " && (p.twist == "nested-wait" || p.twist == "itself-again") {
		p.prefix = "" // it would not wait for ever
	}
	if p.mute == " &>/dev/null" && p.twist != "ampersand" && p.shell != source.Bash && p.shell != source.Zsh {
		p.mute = " 2>/dev/null"
	}
	if p.shell == source.Zsh { // which does not split
		p.listed = false
	}
	if p.trapping == "long names" && p.shell != source.Bash && p.shell != source.Zsh {
		p.trapping = "numbers"
	}
	if p.trapping == "trap functions" && p.shell != source.Zsh {
		p.trapping = "plain"
	}
	if (p.trapping == "function" || p.trapping == "trap functions") && p.shape == "text" {
		p.trapping = "plain"
	}
	if p.way != byDescriptor && strings.HasPrefix(p.child, "closed") {
		p.child = "waited"
	}
	if p.shell == source.Zsh {
		p.unquoted = false
	}
	if p.heed == "errexit" {
		p.errexit = true
	}
}

// fitHeed changes a way of heeding that this shell or this place does not have.
func (p *plan) fitHeed() {
	switch p.heed {
	case "own-number", "other-number":
		if p.way != byDescriptor || p.patience == "wait" || p.shell == source.Ash || p.prefix == "timeout 60 " {
			p.heed = map[string]string{"own-number": "saved", "other-number": "ignored"}[p.heed]
		}
	case "printed":
		if p.shell != source.Bash {
			p.heed = "saved"
		}
	case "arithmetic":
		if !arithmetic.has(p.shell) {
			p.heed = "status"
		}
	case "pipestatus":
		if !pipeStatus.has(p.shell) {
			p.heed = "saved"
		}
	case "if":
		if p.shape == "nested" || p.shape == "sourced" {
			p.heed = "if-not"
		}
	case "retry", "tries", "tries-go-on":
		if p.patience != "try" {
			p.heed = map[string]string{"retry": "or", "tries": "flag", "tries-go-on": "message"}[p.heed]
		}
	case "local":
		if !hasLocal.has(p.shell) {
			p.heed = "pipe"
		} else if p.shape != "nested" && p.opening != "scope" {
			p.shape = "function"
		} else if p.opening == "scope" {
			p.heed = "pipe"
		}
	case "suspended":
		if p.opening == "scope" {
			p.opening = "exec"
		}
		p.shape, p.errexit = "nested", true
	}
}
