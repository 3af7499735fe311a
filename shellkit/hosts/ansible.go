package hosts

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Playbooks and task files of Ansible: shell:, raw: and command: of each task. What a
// template works out ({{ x }}) is not known; a text with statements in it ({% if %}) is
// another text on every machine, and not looked at.
var ansible = &Kind{
	Name:   "playbook of Ansible",
	named:  func(string) bool { return false },
	looks:  looksLikePlaybook,
	run:    []string{"ansible-playbook"},
	taking: ansibleTasks,
}

var (
	taskFolder = regex.Of(`(^|/)(tasks|handlers|playbooks?)/([^/]+/)*[^/]+\.ya?ml$`)
	someYAML   = regex.Of(`\.ya?ml$|/-$|^-$`)
	statement  = regex.Of(`^[ \t]*\{%`)
	beginsText = regex.Of(`[:-][ \t]+[|>][-+0-9]*[ \t]*(#.*)?$`)
	topList    = regex.Of(`(?m)^-[ \t]+[A-Za-z_."']+`)
	hostsKey   = regex.Of(`(?m)^(-[ \t]+|[ \t]+)(hosts|import_playbook)[ \t]*:`)
	moduleKey  = regex.Of(`(?m)^(-[ \t]+|[ \t]+)((ansible\.(builtin|legacy)\.)?(shell|raw|command|include_tasks|import_tasks|set_fact|apt|yum|dnf|package|copy|template|file|service|systemd)|block)[ \t]*:`)
)

func looksLikePlaybook(path string, head []byte) bool {
	return someYAML().MatchString(path) && !isTemplate(head) && topList().Match(head) && (hostsKey().Match(head) || taskFolder().MatchString(path) && moduleKey().Match(head))
}

// isTemplate tells whether a file begins as a template of one, with statements between the
// lines of its own; in a text that it holds ({% if %} below `shell: |`) they make it none.
func isTemplate(head []byte) bool {
	text := -1 // how far the line stands in with which the text at hand begins
	for _, l := range lines(head) {
		line := l.of(head)
		in := len(line) - len(strings.TrimLeft(line, " \t"))
		if in == len(line) || text >= 0 && in > text {
			continue
		}
		if text = -1; statement().MatchString(line) {
			return true
		}
		if beginsText().MatchString(line) {
			text = in
		}
	}
	return false
}

func ansibleTasks(f *source.File) ([]*draft, error) {
	d, err := yamlDocument(f)
	if err != nil {
		return nil, err
	}
	p := &playbook{document: d, left: mostValues}
	for _, root := range d.roots {
		p.tasks(root, nil, mostAliases)
	}
	return p.out, nil
}

// playbook is a file whose tasks are being collected.
type playbook struct {
	*document
	out  []*draft
	left int // how many tasks may still be looked at
}

// tasks goes through a list of plays, tasks and blocks; vars are set around them.
func (p *playbook) tasks(list *yaml.Node, vars []variable, depth int) {
	if list = resolved(list); list == nil || list.Kind != yaml.SequenceNode || depth == 0 {
		return
	}
	for _, item := range list.Content {
		if p.left--; p.left < 0 {
			return
		}
		own := append(vars[:len(vars):len(vars)], p.variables(valueOf(item, "environment"), jinja)...)
		for _, e := range entries(item) {
			switch module := strings.TrimPrefix(strings.TrimPrefix(e.key, "ansible.builtin."), "ansible.legacy."); module {
			case "tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always":
				p.tasks(e.value, own, depth-1)
			case "shell", "raw", "command":
				if d := p.task(module, item, e.value); d != nil {
					d.vars = own
					p.out = append(p.out, d)
				}
			}
		}
	}
}

// task is what one task gives to a shell, or runs without one.
func (p *playbook) task(module string, task, value *yaml.Node) *draft {
	shell := scalarOf(valueOf(task, "args", "executable"))
	text := value
	if value != nil && value.Kind == yaml.MappingNode {
		text = valueOf(value, "cmd")
		if own := scalarOf(valueOf(value, "executable")); own != "" {
			shell = own
		}
		if argv := valueOf(value, "argv"); argv != nil && text == nil {
			return p.words(task, p.items(argv))
		}
	}
	if text == nil || text.Kind != yaml.ScalarNode || strings.Contains(text.Value, "{%") {
		return nil
	}
	body, given := withoutArguments(p.passage(text))
	if given != "" {
		shell = given
	}
	if module == "command" {
		var words []word
		for _, command := range unitWords(jinja(body)) {
			words = append(words, command...)
		}
		return p.words(task, words)
	}
	if shell == "" {
		shell = "/bin/sh"
	}
	return &draft{dialect: shellOf(shell), body: jinja(body), remarks: p.remarks(task), quote: p.quoteFor(text)}
}

func (p *playbook) items(list *yaml.Node) (out []word) {
	for _, item := range items(list) {
		out = append(out, word{passage: jinja(p.passage(item))})
	}
	return out
}

// words is a command that no shell reads, as a line of shell.
func (p *playbook) words(task *yaml.Node, words []word) *draft {
	if len(words) == 0 {
		return nil
	}
	d := &draft{dialect: "sh", remarks: p.remarks(task)}
	for i, w := range words {
		at := w.start(p.document.at(resolved(task)))
		if i > 0 {
			d.body.add(" ", at)
		}
		d.body.join(w.shell(i > 0 && takesText().Match(words[i-1].data), true))
	}
	return d
}

var argument = regex.Of(`(^|[ \t\n])(chdir|creates|removes|executable|warn|stdin|stdin_add_newline|strip_empty_ends)=("[^"\n]*"|'[^'\n]*'|\{\{[^}]*\}\}[^ \t\n]*|[^ \t\n]+)`)

// withoutArguments leaves out what stands among the words for Ansible: creates=FILE. It
// returns the shell that executable= names.
func withoutArguments(p passage) (out passage, shell string) {
	for {
		m := argument().FindSubmatchIndex(p.data)
		if m == nil {
			break
		}
		if bytes.Equal(p.data[m[4]:m[5]], []byte("executable")) {
			shell = strings.Trim(string(p.data[m[6]:m[7]]), `"'`)
		}
		out.join(p.cut(0, m[3]))
		p = p.cut(m[1], p.len())
	}
	out.join(p)
	return out, shell
}

// jinja replaces the expressions of Ansible's templates.
func jinja(p passage) passage { return expressions(p, "{{", "}}") }
