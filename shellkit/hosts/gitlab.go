package hosts

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lockkit/lockkit/shellkit/regex"
	"github.com/lockkit/lockkit/shellkit/source"
)

// GitLab CI: before_script and script of a job are one script, after_script is another one.
// What a job extends is followed within the file, what it takes from elsewhere (include,
// !reference) is not; templates that stand in the file are jobs of their own.
var gitlab = &Kind{
	Name:   "GitLab CI file",
	named:  func(path string) bool { return gitlabName().MatchString(path) },
	taking: gitlabJobs,
}

var gitlabName = regex.Of(`(^|/)[^/]*\.?gitlab-ci[^/]*\.ya?ml$|(^|/)\.gitlab(-ci)?/([^/]+/)*[^/]+\.ya?ml$`)

func gitlabJobs(f *source.File) ([]*draft, error) {
	d, err := yamlDocument(f)
	if err != nil {
		return nil, err
	}
	var out []*draft
	for _, root := range d.roots {
		usual := gitlabJob{document: d, root: root, before: valueOf(root, "before_script"), after: valueOf(root, "after_script"), vars: expanding(d.variables(valueOf(root, "variables"), inputs))}
		if own := valueOf(root, "default", "before_script"); own != nil {
			usual.before = own
		}
		if own := valueOf(root, "default", "after_script"); own != nil {
			usual.after = own
		}
		usual.image = imageOf(valueOf(root, "image"))
		if own := imageOf(valueOf(root, "default", "image")); own != "" {
			usual.image = own
		}
		usual.tags = valueOf(root, "default", "tags")
		for _, e := range entries(root) {
			if e.value == nil || e.value.Kind != yaml.MappingNode || e.key == "default" {
				continue
			}
			out = append(out, usual.of(e.value)...)
		}
	}
	return out, nil
}

// gitlabJob is what a job has where it says nothing else.
type gitlabJob struct {
	*document
	before, after *yaml.Node
	vars          []variable
	image         string
	tags          *yaml.Node
	root          *yaml.Node
}

// value is what a job says of a key, or what the jobs say that it extends: the last of them
// wins.
func (j gitlabJob) value(job *yaml.Node, key string, depth int) *yaml.Node {
	if own := valueOf(job, key); own != nil || depth == 0 {
		return own
	}
	names := items(valueOf(job, "extends"))
	for i := len(names) - 1; i >= 0 && i >= len(names)-mostAliases; i-- {
		if found := j.value(valueOf(j.root, scalarOf(names[i])), key, depth-1); found != nil {
			return found
		}
	}
	return nil
}

func (j gitlabJob) of(job *yaml.Node) (out []*draft) {
	before, after, script := j.value(job, "before_script", mostExtended), j.value(job, "after_script", mostExtended), j.value(job, "script", mostExtended)
	if before == nil && script != nil {
		before = j.before
	}
	if after == nil && script != nil {
		after = j.after
	}
	shell := j.shell(job)
	if shell == "" {
		return nil
	}
	alone := ""
	if group := j.value(job, "resource_group", mostExtended); group != nil && !strings.Contains(group.Value, "$") && group.Value != "" {
		alone = fmt.Sprintf("the resource group %s of line %d is a lock of GitLab's own: its jobs do not meet, others might", group.Value, j.file.Pos(j.document.at(group)).Line)
	}
	vars := append(j.vars[:len(j.vars):len(j.vars)], expanding(j.variables(j.value(job, "variables", mostExtended), inputs))...)
	for _, parts := range [][]*yaml.Node{{before, script}, {after}} {
		one := &draft{dialect: shell, flags: "-e", options: "set -o pipefail", vars: vars, alone: alone}
		for _, part := range parts {
			for _, item := range items(part) {
				if item.Kind != yaml.ScalarNode || item.Tag == "!reference" {
					continue
				}
				if one.quote == nil {
					one.remarks, one.quote = j.remarks(item), j.quoteFor(item)
				}
				text := inputs(j.passage(item))
				if part == script && one.begin == 0 {
					one.begin = text.start(0)
				}
				one.body.join(text)
				one.body.add("\n", text.end(j.document.at(item)))
			}
		}
		out = append(out, one)
	}
	return out
}

// shell is what the runner uses in the image of a job: bash, where that is not one of
// those that have none; "" on Windows.
func (j gitlabJob) shell(job *yaml.Node) string {
	image, tags := imageOf(j.value(job, "image", mostExtended)), j.value(job, "tags", mostExtended)
	if image == "" {
		image = j.image
	}
	if tags == nil {
		tags = j.tags
	}
	for _, tag := range items(tags) {
		if strings.Contains(strings.ToLower(scalarOf(tag)), "windows") {
			return ""
		}
	}
	switch image = strings.ToLower(image); {
	case alienImage().MatchString(image):
		return ""
	case ashImage().MatchString(image):
		return "ash"
	}
	return "bash"
}

func imageOf(n *yaml.Node) string {
	if name := scalarOf(valueOf(n, "name")); name != "" {
		return name
	}
	return scalarOf(n)
}

// expanding lets variables name others.
func expanding(vars []variable) []variable {
	for i := range vars {
		vars[i].open = true
	}
	return vars
}

// mostExtended bounds how far jobs are followed that extend each other.
const mostExtended = 5

// inputs replaces what GitLab puts into a file before it reads it.
func inputs(p passage) passage { return expressions(p, "$[[", "]]") }
