package lsp

import "encoding/json"

// The types are those parts of the protocol's messages that this server reads or writes.
type (
	position struct {
		Line      int `json:"line"`
		Character int `json:"character"` // in UTF-16 units
	}
	span struct {
		Start position `json:"start"`
		End   position `json:"end"`
	}
	location struct {
		URI   string `json:"uri"`
		Range span   `json:"range"`
	}
	identifier struct {
		URI     string `json:"uri"`
		Version *int   `json:"version,omitempty"`
	}

	initializeParams struct {
		Capabilities struct {
			Window struct {
				ShowDocument struct {
					Support bool `json:"support"`
				} `json:"showDocument"`
			} `json:"window"`
		} `json:"capabilities"`
	}
	openParams struct {
		Document struct {
			URI     string `json:"uri"`
			Version int    `json:"version"`
			Text    string `json:"text"`
		} `json:"textDocument"`
	}
	changeParams struct {
		Document identifier `json:"textDocument"`
		Changes  []struct {
			Range *span  `json:"range"`
			Text  string `json:"text"`
		} `json:"contentChanges"`
	}
	documentParams struct {
		Document identifier `json:"textDocument"`
	}
	placeParams struct {
		Document identifier `json:"textDocument"`
		Position position   `json:"position"`
	}
	actionParams struct {
		Document identifier `json:"textDocument"`
		Range    span       `json:"range"`
	}
	commandParams struct {
		Command   string            `json:"command"`
		Arguments []json.RawMessage `json:"arguments"`
	}

	publishParams struct {
		URI         string       `json:"uri"`
		Version     int          `json:"version"`
		Diagnostics []diagnostic `json:"diagnostics"`
	}
	diagnostic struct {
		Range       span        `json:"range"`
		Severity    int         `json:"severity"`
		Code        string      `json:"code,omitempty"`
		Description *codeHref   `json:"codeDescription,omitempty"`
		Source      string      `json:"source"`
		Message     string      `json:"message"`
		Related     []relatedTo `json:"relatedInformation,omitempty"`
	}
	codeHref struct {
		Href string `json:"href"`
	}
	relatedTo struct {
		Location location `json:"location"`
		Message  string   `json:"message"`
	}
	markup struct {
		Kind  string `json:"kind"`
		Value string `json:"value"`
	}
	hover struct {
		Contents markup `json:"contents"`
		Range    span   `json:"range"`
	}
	codeAction struct {
		Title       string        `json:"title"`
		Kind        string        `json:"kind"`
		Diagnostics []diagnostic  `json:"diagnostics"`
		Preferred   bool          `json:"isPreferred,omitempty"`
		Edit        workspaceEdit `json:"edit"`
	}
	workspaceEdit struct {
		Changes map[string][]textEdit `json:"changes"`
	}
	textEdit struct {
		Range   span   `json:"range"`
		NewText string `json:"newText"`
	}
	command struct {
		Title     string   `json:"title"`
		Command   string   `json:"command"`
		Arguments []string `json:"arguments"`
	}
	codeLens struct {
		Range   span    `json:"range"`
		Command command `json:"command"`
	}
	showMessageParams struct {
		Type    int    `json:"type"`
		Message string `json:"message"`
	}
	showDocumentParams struct {
		URI      string `json:"uri"`
		External bool   `json:"external"`
	}
)

// How grave a diagnostic, or a message, is.
const (
	severityError   = 1
	severityWarning = 2
	severityInfo    = 3
	severityHint    = 4
)
