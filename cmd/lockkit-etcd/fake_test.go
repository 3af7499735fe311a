package main

import (
	"net"
	"net/http"
	"os"
)

// fakeEtcd is a server that says it is the etcd of the version in its second argument, and
// writes its address into the file of the first.
func fakeEtcd() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(os.Args[1], []byte(l.Addr().String()), 0o644); err != nil {
		panic(err)
	}
	http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"etcdserver":"` + os.Args[2] + `","etcdcluster":"` + os.Args[2] + `"}`))
	}))
}
