package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lockkit/lockkit/shellkit/rules"
)

func newExplainCmd(c *console) *cobra.Command {
	var list bool
	cmd := &cobra.Command{
		Use:   "explain CODE...",
		Short: "print the page of a rule: what is wrong, what is right, why",
		Long: `Prints the pages of rules, given by code (LK301) or slug (unlink-while-locked).
With --list: one rule a line, as CODE, slug and title with tabs between.

Exit status: 0 done, 64 there is no such rule, or wrong call.`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case list && len(args) > 0:
				return fail(exitUsage, "explain: --list takes no rule")
			case !list && len(args) == 0:
				return fail(exitUsage, "explain: no rule given").withHint("lockkit explain --list lists them")
			}
			return nil
		},
		ValidArgsFunction: ruleOperands,
		RunE: func(_ *cobra.Command, args []string) error {
			if list {
				listRules(c.Out)
				return nil
			}
			return explain(c.Out, args)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "list all rules")
	return cmd
}

func listRules(w io.Writer) {
	for _, r := range rules.All() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Code, r.Slug, r.Title)
	}
}

// explain prints all pages that are asked for, or none.
func explain(w io.Writer, names []string) error {
	var pages []string
	for _, name := range names {
		r := rules.ByName(name)
		if r == nil {
			return fail(exitUsage, "explain: unknown rule %q", name).withHint("lockkit explain --list lists them")
		}
		pages = append(pages, r.Page())
	}
	_, err := io.WriteString(w, strings.Join(pages, "\n"))
	return err
}
