package manual

import (
	"fmt"
	"strings"
)

// cookbook is the page whose sections are recipes: `WORD: WHAT IT IS ABOUT`.
const cookbook = "lockkit-cookbook.7"

// Recipes are the topics of the cookbook in the order of the page. A test holds that they
// are those of its sections; to look for them would cost every start.
var Recipes = []string{
	"cron", "wait", "readers", "slots", "machines", "daemon", "script", "pidfile",
	"macos", "alpine", "dash", "nfs", "flock", "others",
}

// Recipe returns what the cookbook says of a topic, and what that is about in a few words,
// in lower case and without a full stop. It fails where there is no such topic.
func Recipe(topic string) (title string, s *Section, err error) {
	p, err := Written(cookbook)
	if err != nil {
		return "", nil, err
	}
	for i := range p.Sections {
		if word, about, ok := heading(&p.Sections[i]); ok && word == topic {
			return about, &p.Sections[i], nil
		}
	}
	return "", nil, fmt.Errorf("there is no recipe %s", topic)
}

// heading takes that of a recipe apart; other sections have no colon in theirs.
func heading(s *Section) (word, about string, ok bool) {
	return strings.Cut(strings.ToLower(s.Heading), ": ")
}
