package main

import (
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	"google.golang.org/grpc"
)

// fakeEtcd is a server that says it is the etcd of the version in its second argument, and
// writes its address into the file of the first. What follows are the ways in which it is odd:
//
//	grpc        it answers as an etcd of today does, and keeps one key for ever
//	ahead       its clock is an hour ahead
//	slow        a write takes it a quarter of a second
//	left-behind it renews leases, and no majority confirms what it reads once a key is there
//	changing    it renews leases, and each of its reads is confirmed by another leader
func fakeEtcd() {
	f := &fake{version: os.Args[2], odd: strings.Join(os.Args[3:], " ")}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile(os.Args[1], []byte(l.Addr().String()), 0o644); err != nil {
		panic(err)
	}
	s := grpc.NewServer()
	etcdserverpb.RegisterMaintenanceServer(s, f)
	etcdserverpb.RegisterLeaseServer(s, f)
	etcdserverpb.RegisterKVServer(s, f)
	server := http.Server{Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(f.is("grpc"))
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			s.ServeHTTP(w, r)
			return
		}
		if f.is("ahead") {
			w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		}
		w.Write([]byte(`{"etcdserver":"` + f.version + `","etcdcluster":"` + f.version + `"}`))
	})
	server.Serve(l)
}

type fake struct {
	etcdserverpb.UnimplementedMaintenanceServer
	etcdserverpb.UnimplementedLeaseServer
	etcdserverpb.UnimplementedKVServer
	version, odd string
	key          atomic.Value
	reads        atomic.Uint64
}

func (f *fake) is(odd string) bool { return strings.Contains(f.odd, odd) }

// header is what each answer begins with. Only reads tell of other leaders.
func (f *fake) header(term uint64) *etcdserverpb.ResponseHeader {
	return &etcdserverpb.ResponseHeader{ClusterId: 1, MemberId: 1, Revision: 7, RaftTerm: term}
}

func (f *fake) Status(context.Context, *etcdserverpb.StatusRequest) (*etcdserverpb.StatusResponse, error) {
	return &etcdserverpb.StatusResponse{Header: f.header(1), Version: f.version, Leader: 1, RaftTerm: 1}, nil
}

func (f *fake) LeaseGrant(_ context.Context, r *etcdserverpb.LeaseGrantRequest) (*etcdserverpb.LeaseGrantResponse, error) {
	return &etcdserverpb.LeaseGrantResponse{Header: f.header(1), ID: r.ID, TTL: r.TTL}, nil
}

func (f *fake) LeaseRevoke(context.Context, *etcdserverpb.LeaseRevokeRequest) (*etcdserverpb.LeaseRevokeResponse, error) {
	return &etcdserverpb.LeaseRevokeResponse{Header: f.header(1)}, nil
}

func (f *fake) LeaseKeepAlive(stream etcdserverpb.Lease_LeaseKeepAliveServer) error {
	for {
		r, err := stream.Recv()
		if err != nil {
			return err
		}
		if err := stream.Send(&etcdserverpb.LeaseKeepAliveResponse{Header: f.header(1), ID: r.ID, TTL: 60}); err != nil {
			return err
		}
	}
}

func (f *fake) Put(context.Context, *etcdserverpb.PutRequest) (*etcdserverpb.PutResponse, error) {
	if f.is("slow") {
		time.Sleep(250 * time.Millisecond) // which is what it is asked for
	}
	return &etcdserverpb.PutResponse{Header: f.header(1)}, nil
}

// Txn is the put of a key that was not there.
func (f *fake) Txn(_ context.Context, r *etcdserverpb.TxnRequest) (*etcdserverpb.TxnResponse, error) {
	f.key.Store(r.Success[0].GetRequestPut().Key)
	return &etcdserverpb.TxnResponse{Header: f.header(1), Succeeded: true}, nil
}

// Range finds the key. The first read with the key there is the one by which the lock is got.
func (f *fake) Range(ctx context.Context, _ *etcdserverpb.RangeRequest) (*etcdserverpb.RangeResponse, error) {
	term := uint64(1)
	if n := f.reads.Add(1); n > 1 && f.is("left-behind") {
		<-ctx.Done()
		return nil, ctx.Err()
	} else if f.is("changing") {
		term = n
	}
	answer := &etcdserverpb.RangeResponse{Header: f.header(term)}
	if key, there := f.key.Load().([]byte); there {
		answer.Kvs = []*mvccpb.KeyValue{{Key: key, CreateRevision: 7, ModRevision: 7, Version: 1}}
		answer.Count = 1
	}
	return answer, nil
}
