package cli

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
)

// What other people's machines are told to do is done here, step by step, in a scratch
// repository. Steps that belong to those machines (uses:, the upload of reports) are not
// run; what they would be handed is held against its format.

const (
	faultyScript = "#!/bin/bash\nif [ -e /run/job.lock ]; then exit 1; fi\ntouch /run/job.lock\nwork\nrm /run/job.lock\n"
	soundScript  = "#!/bin/bash\nexec 9>>/run/sound.lock\nflock -n 9 || exit 1\nwork\n"
)

type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			ID, Name, Uses, Run, Shell, If string
			Env                            map[string]string
		}
	}
}

// run does the run: steps of the action in their order, until one fails; what was built
// once in temp is not built again.
func (a *action) run(s *scratch, temp string, inputs map[string]string, env ...string) (code int, said string, outputs map[string]string) {
	s.Helper()
	values := map[string]string{}
	for name, input := range a.Inputs {
		values["inputs."+name] = input.Default
	}
	for name, value := range inputs {
		values["inputs."+name] = value
	}
	expression := regexp.MustCompile(`\$\{\{ *([\w.-]+) *\}\}`)
	top, _ := filepath.Abs("../..")
	env = append(env, "GITHUB_ACTION_PATH="+top, "RUNNER_TEMP="+temp)
	outputs = map[string]string{}
	for i, step := range a.Runs.Steps {
		if step.Uses != "" {
			s.Logf("step %d, %s: not run", i+1, step.Uses)
			continue
		}
		if _, err := os.Stat(filepath.Join(temp, "lockkit/lockkit")); err == nil && step.Name == "Build lockkit" {
			continue
		}
		if step.Shell != "bash" || step.If != "" || strings.Contains(step.Run, "${{") {
			s.Fatalf("step %d cannot be done here: shell %q, if %q, or an expression in its text", i+1, step.Shell, step.If)
		}
		file := filepath.Join(s.TempDir(), "output")
		mine := append(env, "GITHUB_OUTPUT="+file)
		for name, value := range step.Env {
			mine = append(mine, name+"="+expression.ReplaceAllStringFunc(value, func(m string) string {
				name := expression.FindStringSubmatch(m)[1]
				value, known := values[name]
				if !known {
					s.Fatalf("step %d: nobody sets %s", i+1, name)
				}
				return value
			}))
		}
		var out string
		code, out = s.bash(step.Run, mine...)
		said += out
		written, _ := os.ReadFile(file)
		for line := range strings.Lines(string(written)) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			values["steps."+step.ID+".outputs."+name] = value
			outputs[name] = value
		}
		if code != 0 {
			break
		}
	}
	return code, said, outputs
}

// 5: the steps of action.yml find a defect, speak of it at its line, and fail.
func TestAction(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go")
	}
	var a action
	fromTop(t, "action.yml", &a)
	s := newScratch(t, map[string]string{"jobs/rotate": faultyScript, "sound.sh": soundScript})
	temp := t.TempDir()
	code, said, outputs := a.run(s, temp, nil)
	if code != 1 || outputs["code"] != "1" || !strings.Contains(said, "::error file=jobs/rotate,line=2,") {
		t.Errorf("a defect: %d, %v, %s", code, outputs, said)
	}
	if n := sarifResults(t, outputs["sarif-file"]); n == 0 {
		t.Error("a defect: no result to upload")
	}
	for name, c := range map[string]struct {
		inputs map[string]string
		env    string
		code   int
	}{
		"another file":                    {map[string]string{"files": "sound.sh\n"}, "", 0},
		"a severity above":                {map[string]string{"options": "--exclude\nLK601,LK604,LK102\n"}, "", 0},
		"an option with a blank":          {map[string]string{"options": "--exclude-path=a b,/jobs/"}, "", 0},
		"changed, outside a pull request": {map[string]string{"changed": "true"}, "", 1},
		"changed":                         {map[string]string{"changed": "true"}, "GITHUB_BASE_REF=main", 1},
		"a bad option":                    {map[string]string{"severity": "loud"}, "", 4},
		"a missing file":                  {map[string]string{"files": "missing.sh"}, "", 2},
	} {
		if code, said, _ := a.run(s, temp, c.inputs, c.env); code != c.code {
			t.Errorf("%s: %d, want %d: %s", name, code, c.code, said)
		}
	}
	s.must("git push -q origin work:main && git fetch -q origin && echo 'echo more' >>sound.sh && git commit -qam two")
	if code, said, _ := a.run(s, temp, map[string]string{"changed": "true"}, "GITHUB_BASE_REF=main"); code != 0 {
		t.Errorf("changed elsewhere: %d: %s", code, said)
	}
}

// sarifResults holds a file against the schema of SARIF, and counts its results.
func sarifResults(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	log, err := sarif.FromString(string(text))
	if err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	// The library writes these although they are optional, and empty ones are not valid.
	run.Language, run.Tool.Driver.Language = "en-US", "en-US"
	run.NewlineSequences = []string{"\r\n", "\n"}
	for _, result := range run.Results {
		for _, flow := range result.CodeFlows {
			for _, thread := range flow.ThreadFlows {
				for _, step := range thread.Locations {
					step.Importance = "important"
				}
			}
		}
	}
	if err := log.Validate(); err != nil {
		t.Error(err)
	}
	return len(run.Results)
}

// 5: the job of the GitLab template finds a defect and fails, and leaves the reports that
// GitLab is told of.
func TestGitLabTemplate(t *testing.T) {
	var template struct {
		Lockkit struct {
			Variables map[string]string
			Script    []string
			Artifacts struct{ Reports map[string]string }
		}
	}
	fromTop(t, "scripts/ci/gitlab.yml", &template)
	job := template.Lockkit
	for name, c := range map[string]struct {
		files map[string]string
		code  int
	}{
		"a defect": {map[string]string{"jobs/rotate": faultyScript}, 1},
		"none":     {map[string]string{"sound.sh": soundScript}, 0},
	} {
		s := newScratch(t, c.files)
		// go install would fetch a version of this module that has been published.
		bin := t.TempDir()
		self, err := exec.LookPath("lockkit")
		if err != nil {
			t.Skip("no lockkit on PATH: TestMain has none")
		}
		stub := "#!/bin/sh\ncase $1 in\ninstall) mkdir -p " + bin + "/bin && ln -s " + self + " " + bin + "/bin/lockkit ;;\nenv) echo " + bin + " ;;\nesac\n"
		if err := os.WriteFile(filepath.Join(bin, "go"), []byte(stub), 0o777); err != nil {
			t.Fatal(err)
		}
		env := []string{"PATH=" + bin + ":" + os.Getenv("PATH")}
		for name, value := range job.Variables {
			env = append(env, name+"="+value)
		}
		code, said := s.bash(strings.Join(job.Script, "\n"), env...)
		if code != c.code {
			t.Errorf("%s: %d, want %d: %s", name, code, c.code, said)
		}
		issues := codeQuality(t, filepath.Join(s.top, job.Artifacts.Reports["codequality"]))
		var junit struct {
			Failures int `xml:"failures,attr"`
		}
		text, _ := os.ReadFile(filepath.Join(s.top, job.Artifacts.Reports["junit"]))
		if err := xml.Unmarshal(text, &junit); err != nil {
			t.Errorf("%s: junit: %v", name, err)
		}
		if (issues > 0) != (c.code > 0) || issues != junit.Failures {
			t.Errorf("%s: %d issues, %d failures", name, issues, junit.Failures)
		}
	}
}

// codeQuality holds a file against what GitLab says that it reads, and counts the issues.
func codeQuality(t *testing.T, name string) int {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var issues []struct {
		Description, Fingerprint, Severity string
		Check                              string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	if err := json.Unmarshal(text, &issues); err != nil {
		t.Fatal(err)
	}
	severities := map[string]bool{"info": true, "minor": true, "major": true, "critical": true, "blocker": true}
	prints := map[string]bool{}
	for _, x := range issues {
		if x.Description == "" || x.Check == "" || x.Location.Path == "" || x.Location.Lines.Begin < 1 || !severities[x.Severity] {
			t.Errorf("not an issue: %+v", x)
		}
		prints[x.Fingerprint] = true
	}
	if len(prints) != len(issues) {
		t.Errorf("%d fingerprints for %d issues", len(prints), len(issues))
	}
	return len(issues)
}

// 5: the hooks for pre-commit find a defect among files of any kind, by their content.
func TestPreCommitHooks(t *testing.T) {
	var hooks []struct {
		ID, Entry string
		Pass      *bool `yaml:"pass_filenames"`
	}
	fromTop(t, ".pre-commit-hooks.yaml", &hooks)
	sound := map[string]string{
		"sound.sh": soundScript, "README.md": "# flock\n\nif then\n", "data.json": "{}\n", "tool.py": "#!/usr/bin/python3\nx = (1\n",
		"notes": "flock (", "vendor/old.sh": faultyScript, ".lockkitrc": "exclude-path=/vendor/\n", "with blank.sh": "echo\n",
	}
	for _, hook := range hooks {
		s := newScratch(t, sound)
		files := func() string {
			if hook.Pass != nil && !*hook.Pass {
				return ""
			}
			return " $(git ls-files | grep -v blank) 'with blank.sh'"
		}()
		if code, said := s.bash(hook.Entry + files); code != 0 {
			t.Errorf("%s, nothing wrong: %d: %s", hook.ID, code, said)
		}
		for name, text := range map[string]string{
			"job": faultyScript, "etc/cron.d/job": "* * * * * root flock -n /run/x\n", "Makefile": "all:\n\tflock -n /run/x\n",
		} {
			s := newScratch(t, maps.Clone(sound))
			s.put(name, text)
			s.must("git add -A")
			if code, said := s.bash(hook.Entry + files); code != 1 || !strings.Contains(said, name) {
				t.Errorf("%s, %s: %d: %s", hook.ID, name, code, said)
			}
		}
	}
}
