package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lockkit/lockkit/shellkit/lockfile"
	"github.com/lockkit/lockkit/shellkit/manual"
	"github.com/lockkit/lockkit/shellkit/prove"
	"github.com/lockkit/lockkit/shellkit/report"
	"github.com/lockkit/lockkit/shellkit/rules"
)

// values are what an option, or an operand, may be: words that begin with what stands
// there already, each with a tab and what it means where that is worth a word. Nothing
// but these may stand there, unless the directive lets files in.
type values func(typed string) ([]string, cobra.ShellCompDirective)

// optionValues are the values of options, by command and option. An option whose values
// cannot be listed is in freeValues; a test holds that each is in one of the two.
var optionValues = map[string]values{
	"init --engine":          oneOf("builtin", "flock", "lockkit", "busybox", "perl"),
	"embed --engine":         oneOf("flock", "lockkit", "busybox", "perl"),
	"init --fd":              oneOf("9", "8", "7", "6", "5", "4", "3"),
	"embed --fd":             oneOf("9", "8", "7", "6", "5", "4", "3"),
	"lint --format":          oneOf(report.Names()...),
	"lint --severity":        oneOf("error", "warning", "info", "style"),
	"lint --shell":           oneOf(dialects...),
	"lint --confirm":         oneOf("budget\ta fixed number of steps for each script", "full\tas far as prove goes", "real\trehearse the script as well"),
	"lint --include":         listOf(ruleNames),
	"lint --exclude":         listOf(ruleNames),
	"lint --baseline":        files,
	"lint --stdin-filename":  files,
	"check --stdin-filename": files,
	"lint --exclude-path":    files,
	"prove --format":         oneOf(slices.Sorted(maps.Keys(report.ProofFormats))...),
	"prove --property":       listOf(func(string) []string { return properties() }),
	"prove --processes":      oneOf("1", "2", "3", "4", "5", "6"),
	"rehearse --format":      oneOf(slices.Sorted(maps.Keys(report.RehearsalFormats))...),
	"rehearse --runs":        oneOf("2", "3", "4", "5", "6"),
	"rehearse --shell":       oneOf(dialects...),
	"who --format":           oneOf("json", "dot\tfor Graphviz", "prometheus\tits text format"),
	"doctor --format":        oneOf("json"),
	"flock --fd":             oneOf("9", "8", "7", "6", "5", "4", "3"),
}

// freeValues are options whose values are the user's own.
var freeValues = map[string]bool{
	"init --prefix": true, "embed --prefix": true,
	"rehearse --schedules": true, "rehearse --seed": true, "rehearse --env": true,
	"who --older": true,
	"run --ttl":   true, "run --on": true, "who --on": true, "doctor --on": true,
	"run --timeout": true, "run --conflict-exit-code": true, "run --slots": true, "run --max": true, "run --kill-after": true,
	"flock --timeout": true, "flock --conflict-exit-code": true, "flock --command": true, "flock --start": true, "flock --length": true,
}

var dialects = []string{"bash", "sh", "dash", "ash", "ksh", "mksh", "zsh", "yash", "bats"}

// addValues lets the options of cmd complete to their values.
func addValues(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if of := optionValues[cmd.Name()+" --"+f.Name]; of != nil {
			cmd.RegisterFlagCompletionFunc(f.Name, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
				return of(typed)
			})
		} else if freeValues[cmd.Name()+" --"+f.Name] {
			cmd.RegisterFlagCompletionFunc(f.Name, cobra.NoFileCompletions)
		}
	})
}

// oneOf are words of which one is meant.
func oneOf(words ...string) values {
	return func(typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(words, typed), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// listOf are words with commas between; each word is there once.
func listOf(words func(typed string) []string) values {
	return func(typed string) ([]string, cobra.ShellCompDirective) {
		at := strings.LastIndexByte(typed, ',') + 1
		given := strings.Split(typed[:at], ",")
		var out []string
		for _, line := range beginning(words(typed[at:]), typed[at:]) {
			if word, _, _ := strings.Cut(line, "\t"); !slices.Contains(given, word) {
				out = append(out, typed[:at]+line)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveKeepOrder
	}
}

func files(string) ([]string, cobra.ShellCompDirective) { return nil, cobra.ShellCompDirectiveDefault }

func beginning(words []string, typed string) (out []string) {
	for _, word := range words {
		if strings.HasPrefix(word, typed) {
			out = append(out, word)
		}
	}
	return out
}

// ruleNames are the codes of the rules, and their slugs once a slug has been begun.
func ruleNames(typed string) (names []string) {
	for _, r := range rules.All() {
		names = append(names, r.Code+"\t"+r.Title)
	}
	if typed != "" {
		for _, r := range rules.All() {
			names = append(names, r.Slug+"\t"+r.Title)
		}
	}
	return names
}

func properties() (names []string) {
	for _, p := range prove.Properties {
		names = append(names, string(p))
	}
	return names
}

// operands lets the first operand be one of words.
func operands(words []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return oneOf(words...)(typed)
	}
}

// locks are the named locks that exist; a path may stand there too.
func locks(typed string) ([]string, cobra.ShellCompDirective) {
	return beginning(lockfile.Names(), typed), cobra.ShellCompDirectiveDefault
}

// everyLock is for LOCK..., oneLock for a single LOCK with a command behind it.
func everyLock(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return locks(typed)
}

func oneLock(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return locks(typed)
}

func folders(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// explained are the rules and the topics of the cookbook, each once.
func explained(_ *cobra.Command, args []string, typed string) (out []string, d cobra.ShellCompDirective) {
	names := ruleNames(typed)
	for _, topic := range manual.Recipes {
		title, _, _ := manual.Recipe(topic) // a test holds that it is there
		names = append(names, topic+"\t"+title)
	}
	for _, line := range beginning(names, typed) {
		if word, _, _ := strings.Cut(line, "\t"); !slices.Contains(args, word) {
			out = append(out, line)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
