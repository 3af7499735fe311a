package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/manual"
	"github.com/lockkit/lockkit/shellkit/rules"
)

func newExplainCmd(c *console) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "explain CODE|TOPIC...",
		Short: "print the page of a rule, or how to lock for a purpose",
		Long: wrapped("Prints the pages of rules, given by code (LK301) or slug (unlink-while-locked), and parts of the cookbook: "+list(manual.Recipes)) + `.
With --list: one rule a line, as CODE, slug and title with tabs between, and then the
topics of the cookbook, as TOPIC, the word cookbook and title.

Exit status: 0 done, 64 there is no such rule or topic, or wrong call.`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case all && len(args) > 0:
				return fail(exitUsage, "explain: --list takes nothing else")
			case !all && len(args) == 0:
				return fail(exitUsage, "explain: no rule and no topic given").withHint("lockkit explain --list lists all")
			}
			return nil
		},
		ValidArgsFunction: explained,
		RunE: func(_ *cobra.Command, args []string) error {
			if all {
				return listExplained(c.Out)
			}
			return explain(c.Out, args)
		},
	}
	cmd.Flags().BoolVar(&all, "list", false, "list all rules and topics")
	return cmd
}

// listExplained lists all that explain knows.
func listExplained(w io.Writer) error {
	for _, r := range rules.All() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Code, r.Slug, r.Title)
	}
	for _, topic := range manual.Recipes {
		title, _, err := manual.Recipe(topic)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\tcookbook\t%s\n", topic, title)
	}
	return nil
}

// explain prints all pages that are asked for, or none.
func explain(w io.Writer, names []string) error {
	var pages []string
	for _, name := range names {
		page, err := explanation(name)
		if err != nil {
			return err
		}
		pages = append(pages, page)
	}
	_, err := io.WriteString(w, strings.Join(pages, "\n"))
	return err
}

// explanation is the page of a rule, or a part of the cookbook.
func explanation(name string) (string, error) {
	if r := rules.ByName(name); r != nil {
		return r.Page(), nil
	}
	if !slices.Contains(manual.Recipes, name) {
		return "", fail(exitUsage, "explain: unknown rule or topic %q", name).withHint("lockkit explain --list lists them")
	}
	title, s, err := manual.Recipe(name)
	if err != nil {
		return "", err
	}
	return name + ": " + title + "\n\n" + manual.TextOf(*s), nil
}
