// SPDX-License-Identifier: MIT

// Every third of the 52 blocking kernels of GoKer, by name and from the third on, as the test that somebody who has read
// goleak's documentation would write. Nothing is done to make a bug more likely: that is what is measured (README.md).
package kernels

import (
	"context"
	"math/rand"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// Go 1.19 draws the same numbers in every process, unless it is told not to.
func TestMain(m *testing.M) {
	rand.Seed(time.Now().UnixNano())
	os.Exit(m.Run())
}

// within is for a body that may itself not come back: goleak is only asked after it has.
func within(t *testing.T, limit time.Duration, body func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		body()
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatal("the body did not come back")
	}
}

// A helper waits for two messages, or until the context ends; whoever ends it first leaves the drainers behind.
func TestCockroach10790(t *testing.T) {
	defer goleak.VerifyNone(t)
	chans := []chan bool{make(chan bool), make(chan bool)}
	ctx, cancel := context.WithCancel(context.Background())
	drain := func() {
		for _, c := range chans {
			<-c
		}
	}
	go func() {
		for _, c := range chans {
			select {
			case c <- true:
			case <-ctx.Done():
				return
			}
		}
	}()
	go func() {
		for _, c := range chans {
			select {
			case <-c:
			case <-ctx.Done():
				go drain()
			}
		}
	}()
	go cancel()
}

// A reader that reads again, and a writer that queues in between.
func TestCockroach16167(t *testing.T) {
	defer goleak.VerifyNone(t)
	var config sync.RWMutex
	go func() {
		config.Lock()
		config.Unlock()
	}()
	within(t, time.Second, func() {
		config.RLock()
		config.RLock()
		config.RUnlock()
		config.RUnlock()
	})
}

// A channel that nobody closes.
func TestCockroach25456(t *testing.T) {
	defer goleak.VerifyNone(t)
	quiescer := make(chan struct{})
	within(t, time.Second, func() { <-quiescer })
}

// A read lock is taken again further down the call chain, and a writer queues in between.
func TestCockroach3710(t *testing.T) {
	defer goleak.VerifyNone(t)
	var store sync.RWMutex
	var queue sync.Mutex
	rounds := 1 + rand.Intn(2)
	go func() {
		store.RLock()
		defer store.RUnlock()
		for i := 0; i < rounds; i++ {
			queue.Lock()
			store.RLock()
			store.RUnlock()
			queue.Unlock()
		}
	}()
	go func() {
		go func() {
			store.Lock()
			store.Unlock()
		}()
	}()
}

// The error path takes the lock that is already held.
func TestCockroach9935(t *testing.T) {
	defer goleak.VerifyNone(t)
	var mu sync.Mutex
	go func() {
		mu.Lock()
		if rand.Intn(8)%4 > 0 {
			mu.Lock()
			mu.Unlock()
		}
		mu.Unlock()
	}()
}

// Stop holds the lock and waits for the loop, which needs the lock for its last item.
func TestEtcd6873(t *testing.T) {
	defer goleak.VerifyNone(t)
	updates := make(chan int, 1)
	done := make(chan struct{})
	var mu sync.Mutex
	go func() {
		for range updates {
			mu.Lock()
			mu.Unlock()
		}
		close(done)
	}()
	select {
	case updates <- 1:
	default:
	}
	go func() {
		mu.Lock()
		close(updates)
		<-done
		mu.Unlock()
	}()
}

// The stream ends and its reader is never told.
func TestGrpc1275(t *testing.T) {
	defer goleak.VerifyNone(t)
	buffer := make(chan int)
	done := make(chan struct{})
	go func() {
		<-buffer
		close(done)
	}()
	timeout := time.NewTimer(300 * time.Microsecond)
	select {
	case <-done:
		if !timeout.Stop() {
			<-timeout.C
		}
	case <-timeout.C:
	}
}

// Keepalive waits to be awakened with the lock held that its waker needs.
func TestGrpc1460(t *testing.T) {
	defer goleak.VerifyNone(t)
	var mu sync.Mutex
	awaken := make(chan int)
	streams := 0
	go func() {
		mu.Lock()
		if streams < 1 {
			<-awaken
		}
		mu.Unlock()
	}()
	go func() {
		mu.Lock()
		streams++
		if streams == 1 {
			select {
			case awaken <- 1:
			default:
			}
		}
		mu.Unlock()
	}()
}

// A connection that nobody closes is tried for ever.
func TestGrpc862(t *testing.T) {
	defer goleak.VerifyNone(t)
	dial, cancelDial := context.WithCancel(context.Background())
	conn, cancelConn := context.WithCancel(context.Background())
	_ = cancelConn // the bug: nobody calls it
	go func() {
		go func() {
			ac, cancel := context.WithCancel(conn)
			defer cancel()
			for round := time.Duration(1); ; round++ {
				_, stop := context.WithTimeout(ac, 10*time.Microsecond)
				stop()
				select {
				case <-time.After(2 * round * time.Microsecond):
				case <-ac.Done():
					return
				}
			}
		}()
		select {
		case <-dial.Done():
		default:
		}
	}()
	go cancelDial()
}

// The run loop ends while those it waits for still have a status to send.
func TestIstio17860(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	status := make(chan int)
	current := 0
	epochs := map[int]bool{}
	go func() {
		for {
			select {
			case epoch := <-status:
				mu.Lock()
				delete(epochs, epoch)
				left := len(epochs)
				mu.Unlock()
				if left == 0 {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	restart := func() {
		mu.Lock()
		defer mu.Unlock()
		if len(epochs) > 0 {
			interval := time.NewTicker(30 * time.Microsecond)
			timer := time.NewTimer(100 * time.Microsecond)
			for waiting := true; waiting; {
				select {
				case <-timer.C:
					waiting = false
				case <-interval.C:
				}
			}
			interval.Stop()
			timer.Stop()
		}
		current++
		epoch := current
		epochs[epoch] = true
		go func() { status <- epoch }()
	}
	restart()
	go restart()
	time.Sleep(200 * time.Microsecond)
	cancel()
}

// The result is sent to nobody, and cancelling does not end a bare send.
func TestKubernetes25331(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx, cancel := context.WithCancel(context.Background())
	errs, results := make(chan int), make(chan int)
	go func() {
		select {
		case <-errs:
			cancel()
			results <- 1
		case <-ctx.Done():
		}
	}()
	go func() {
		errs <- 1
		cancel()
	}()
}

// The caller gives up before the worker sends.
func TestKubernetes5316(t *testing.T) {
	defer goleak.VerifyNone(t)
	results, errs := make(chan int), make(chan int)
	go func() {
		go func() {
			time.Sleep(2 * time.Millisecond)
			if rand.Intn(2) == 1 {
				errs <- 1
			} else {
				results <- 1
			}
		}()
		select {
		case <-results:
		case <-errs:
		case <-time.After(time.Millisecond):
		}
	}()
}

// A frame is sent with the lock held that whoever closes the channel needs.
func TestKubernetes6632(t *testing.T) {
	defer goleak.VerifyNone(t)
	var mu sync.Mutex
	reset := make(chan int)
	closing := make(chan bool)
	current := reset
	go func() { closing <- true }()
	go func() {
		<-closing
		mu.Lock()
		close(reset)
		current = nil
		mu.Unlock()
	}()
	go func() {
		mu.Lock()
		if current != nil {
			current <- 1
		}
		mu.Unlock()
	}()
}

// The consumer returns early, and nobody drains what is still to come.
func TestMoby21233(t *testing.T) {
	defer goleak.VerifyNone(t)
	progress := make(chan int)
	progressDone := make(chan struct{})
	type transfer struct {
		mu               sync.Mutex
		release, running chan struct{}
	}
	watch := func(tr *transfer) {
		for released := false; ; released = true {
			tr.mu.Lock()
			tr.mu.Unlock()
			if rand.Intn(2) == 1 {
				progress <- 1
			}
			if released {
				break
			}
			<-tr.release
		}
		close(tr.running)
	}
	go func() {
		go func() {
			for range progress {
				if rand.Intn(2) == 1 {
					return
				}
			}
			close(progressDone)
		}()
		var transfers []*transfer
		for i := 0; i < 3; i++ {
			tr := &transfer{release: make(chan struct{}), running: make(chan struct{})}
			tr.mu.Lock()
			go watch(tr)
			tr.mu.Unlock()
			transfers = append(transfers, tr)
		}
		for _, tr := range transfers {
			tr.mu.Lock()
			tr.mu.Unlock()
			close(tr.release)
			<-tr.running
		}
		close(progress)
		<-progressDone
	}()
}

// Whoever stops the monitor holds the lock that the monitor wants before it looks again.
func TestMoby28462(t *testing.T) {
	defer goleak.VerifyNone(t)
	var mu sync.Mutex
	var probes int64
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				mu.Lock()
				atomic.AddInt64(&probes, 1)
				mu.Unlock()
			}
		}
	}()
	go func() {
		mu.Lock()
		stop <- true
		mu.Unlock()
	}()
}

// A nested call takes the lock again.
func TestMoby36114(t *testing.T) {
	defer goleak.VerifyNone(t)
	var mu sync.Mutex
	go func() {
		mu.Lock()
		mu.Lock()
	}()
}

// The error path of a loop goes on without letting go.
func TestMoby7559(t *testing.T) {
	defer goleak.VerifyNone(t)
	var mu sync.Mutex
	go func() {
		for i := 0; i < 2; i++ {
			mu.Lock()
			if i == 0 {
				continue
			}
			mu.Unlock()
		}
	}()
}
