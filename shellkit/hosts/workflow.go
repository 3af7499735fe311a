package hosts

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// Workflows of GitHub and composite actions: each run: is a script of its own, under the
// shell of its step, of its job's or of the workflow's defaults.
var workflow = &Kind{
	Name:   "workflow of GitHub",
	named:  func(path string) bool { return workflowName().MatchString(path) },
	looks:  looksLikeWorkflow,
	taking: workflowSteps,
}

var (
	workflowName = regex.Of(`(^|/)\.(github|gitea|forgejo)/workflows/[^/]+\.ya?ml$`)
	actionName   = regex.Of(`(^|/)action\.ya?ml$`)
	hasOn        = regex.Of(`(?m)^(on|"on"|'on')[ \t]*:`)
	hasJobs      = regex.Of(`(?m)^jobs[ \t]*:`)
	hasRuns      = regex.Of(`(?m)^runs[ \t]*:`)
)

func looksLikeWorkflow(path string, head []byte) bool {
	return hasOn().Match(head) && hasJobs().Match(head) || actionName().MatchString(path) && hasRuns().Match(head)
}

func workflowSteps(f *source.File) ([]*draft, error) {
	d, err := yamlDocument(f)
	if err != nil {
		return nil, err
	}
	var out []*draft
	for _, root := range d.roots {
		s := steps{document: d, shell: scalarOf(valueOf(root, "defaults", "run", "shell")), vars: d.variables(valueOf(root, "env"), actions)}
		s.alone = d.concurrency(root)
		out = append(out, s.of(valueOf(root, "runs", "steps"))...)
		for _, job := range entries(valueOf(root, "jobs")) {
			own := s
			if shell := scalarOf(valueOf(job.value, "defaults", "run", "shell")); shell != "" {
				own.shell = shell
			}
			if own.shell == "" {
				own.shell = usualShell(job.value)
			}
			own.vars = append(own.vars[:len(own.vars):len(own.vars)], d.variables(valueOf(job.value, "env"), actions)...)
			if alone := d.concurrency(job.value); alone != "" {
				own.alone = alone
			}
			out = append(out, own.of(valueOf(job.value, "steps"))...)
		}
	}
	return out, nil
}

// concurrency tells whether GitHub keeps the runs of a workflow or job apart: its group is
// a lock of its own. A group that is another one for each branch keeps nothing apart.
func (d *document) concurrency(n *yaml.Node) string {
	n = valueOf(n, "concurrency")
	if n != nil && n.Kind == yaml.MappingNode {
		n = valueOf(n, "group")
	}
	group := strings.TrimSpace(sameForAll().ReplaceAllString(scalarOf(n), "$1"))
	if group == "" || strings.Contains(group, "${{") {
		return ""
	}
	return fmt.Sprintf("the group %s of line %d is a lock of GitHub's own: its runs do not meet, others might", group, d.file.Pos(d.at(n)).Line)
}

var sameForAll = regex.Of(`\$\{\{\s*(github\.(?:workflow|job|repository|repository_owner|event\.repository\.name))\s*\}\}`)

// usualShell is the shell of a job that says nothing of it.
func usualShell(job *yaml.Node) string {
	for _, label := range items(valueOf(job, "runs-on")) {
		if strings.Contains(strings.ToLower(scalarOf(label)), "windows") {
			return "pwsh"
		}
	}
	if container := valueOf(job, "container"); container != nil {
		if image := scalarOf(container) + scalarOf(valueOf(container, "image")); ashImage().MatchString(image) {
			return "ash -e {0}"
		}
		return "sh -e {0}"
	}
	return "bash -e {0}"
}

// steps are those of one job.
type steps struct {
	*document
	shell string
	vars  []variable
	alone string
}

func (s steps) of(list *yaml.Node) (out []*draft) {
	if list = resolved(list); list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	for _, step := range list.Content {
		run := valueOf(step, "run")
		if run == nil || run.Kind != yaml.ScalarNode || run.Tag == "!!null" {
			continue
		}
		shell := s.shell
		if own := scalarOf(valueOf(step, "shell")); own != "" {
			shell = own
		}
		one := &draft{
			vars:    append(s.vars[:len(s.vars):len(s.vars)], s.variables(valueOf(step, "env"), actions)...),
			body:    actions(s.passage(run)),
			remarks: s.remarks(step), quote: s.quoteFor(run), alone: s.alone,
		}
		one.dialect, one.flags, one.options = stepShell(shell)
		out = append(out, one)
	}
	return out
}

// actions replaces the expressions of GitHub.
func actions(p passage) passage { return expressions(p, "${{", "}}") }

// remarks are the comments right above a value.
func (d *document) remarks(n *yaml.Node) passage {
	line := d.file.Pos(d.at(resolved(n))).Line
	return remarks(d.file.Data, d.rows, max(0, min(line-1, len(d.rows))))
}

// stepShell reads what shell: says: a name that GitHub knows, or a command line.
func stepShell(shell string) (dialect, flags, options string) {
	switch shell {
	case "bash":
		return "bash", "-e", "set -o pipefail"
	case "sh", "":
		return map[string]string{"sh": "sh", "": "bash"}[shell], "-e", ""
	}
	words := strings.Fields(shell)
	for i, w := range words {
		switch {
		case i == 0 || !strings.HasPrefix(w, "-") || strings.HasPrefix(w, "--"):
		case strings.ContainsRune(w, 'e'):
			flags = "-e"
		}
		if w == "pipefail" && strings.HasSuffix(words[i-1], "o") {
			options = "set -o pipefail"
		}
	}
	return shellOf(words[0]), flags, options
}
