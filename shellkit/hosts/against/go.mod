module github.com/lockkit/lockkit/shellkit/hosts/against

go 1.26.8

require (
	github.com/coreos/go-systemd/v22 v22.7.0
	github.com/lockkit/lockkit v0.0.0
	github.com/moby/buildkit v0.34.2
	github.com/rogpeppe/go-internal v1.16.0
)

require (
	github.com/containerd/typeurl/v2 v2.3.0 // indirect
	github.com/pkg/errors v0.9.1 // indirect
	github.com/planetscale/vtprotobuf v0.6.1-0.20240319094008-0393e58bdf10 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/tools v0.38.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/lockkit/lockkit => ../../..
