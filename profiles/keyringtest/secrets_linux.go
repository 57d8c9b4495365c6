package keyringtest

import (
	"context"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// The Secret Service, as https://specifications.freedesktop.org/secret-service names it, asked here without go-keyring.
const (
	secretsName    = "org.freedesktop.secrets"
	servicePath    = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath      = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	serviceFace    = "org.freedesktop.Secret.Service"
	collectionFace = "org.freedesktop.Secret.Collection"
	itemFace       = "org.freedesktop.Secret.Item"
	// unlockMethod is gnome-keyring's own: it unlocks without asking anybody.
	unlockMethod = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword"

	callPatience = 10 * time.Second
)

// A secret is what the specification calls by that name.
type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// call calls a method of the service's and stores what it returns.
func (s *Service) call(path dbus.ObjectPath, method string, args, results []any) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), callPatience)
	defer cancel()
	if err := s.conn.Object(secretsName, path).CallWithContext(ctx, method, 0, args...).Store(results...); err != nil {
		s.t.Fatalf("call %s: %v", method, err)
	}
}

// property is nil where there is none.
func (s *Service) property(path dbus.ObjectPath, face, name string) any {
	ctx, cancel := context.WithTimeout(context.Background(), callPatience)
	defer cancel()
	var value dbus.Variant
	err := s.conn.Object(secretsName, path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, face, name).Store(&value)
	if err != nil {
		return nil
	}
	return value.Value()
}

// owned reports whether somebody has a name on the bus.
func (s *Service) owned(name string) bool {
	var owned bool
	err := s.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned)
	return err == nil && owned
}

func (s *Service) session() dbus.ObjectPath {
	s.t.Helper()
	var output dbus.Variant
	var session dbus.ObjectPath
	s.call(servicePath, serviceFace+".OpenSession", []any{"plain", dbus.MakeVariant("")}, []any{&output, &session})
	return session
}

// Lock locks the login keyring.
func (s *Service) Lock() {
	s.t.Helper()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	s.call(servicePath, serviceFace+".Lock", []any{[]dbus.ObjectPath{loginPath}}, []any{&locked, &prompt})
	if !s.Locked() {
		s.t.Fatal("the login keyring is still unlocked after Lock")
	}
}

// Unlock unlocks it, without a prompt.
func (s *Service) Unlock() {
	s.t.Helper()
	s.call(servicePath, unlockMethod, []any{loginPath, secret{s.session(), []byte{}, []byte(Password), "text/plain"}}, nil)
	if s.Locked() {
		s.t.Fatal("the login keyring is still locked after Unlock")
	}
}

// Locked reports whether the login keyring is locked.
func (s *Service) Locked() bool { return s.property(loginPath, collectionFace, "Locked") == true }

// Secrets lists the secrets that lie in the keyring under the service's name "jotwatch", by their accounts. A locked
// keyring is unlocked for it, and locked again.
func (s *Service) Secrets(t testing.TB) map[string]string {
	t.Helper()
	if s.Locked() {
		s.Unlock()
		defer s.Lock()
	}
	var unlocked, locked []dbus.ObjectPath
	s.call(servicePath, serviceFace+".SearchItems", []any{map[string]string{"service": "jotwatch"}}, []any{&unlocked, &locked})
	if len(locked) > 0 {
		t.Fatalf("items that stay locked: %v", locked)
	}
	found := map[string]string{}
	session := s.session()
	for _, item := range unlocked {
		attributes, ok := s.property(item, itemFace, "Attributes").(map[string]string)
		if !ok {
			t.Fatalf("item %s has no attributes", item)
		}
		var value secret
		s.call(item, itemFace+".GetSecret", []any{session}, []any{&value})
		if other, ok := found[attributes["username"]]; ok {
			t.Fatalf("two items for account %q: %q and %q", attributes["username"], other, value.Value)
		}
		found[attributes["username"]] = string(value.Value)
	}
	return found
}
