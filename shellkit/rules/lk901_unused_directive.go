package rules

import "github.com/lockkit/lockkit/shellkit/diag"

// unusedDirective is found by who applies the directives: package shellkit.
var unusedDirective = &Rule{
	Rule: diag.Rule{
		Code: "LK901", Slug: "unused-directive", Level: diag.Info,
		Title: "a directive silences nothing",
	},
}
