//go:build !darwin && !windows

package profiles

import (
	"context"
	"errors"
	"os"

	"github.com/godbus/dbus/v5"
)

// The Secret Service, as https://specifications.freedesktop.org/secret-service names it.
const (
	secretsName   = "org.freedesktop.secrets"
	secretsPath   = dbus.ObjectPath("/org/freedesktop/secrets")
	loginKeyring  = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	serviceFace   = "org.freedesktop.Secret.Service"
	lockedMember  = "org.freedesktop.Secret.Collection.Locked"
	errorNoObject = "org.freedesktop.DBus.Error.UnknownObject"
)

// reachable reports whether there is a session bus. Unlike go-keyring it never starts one.
func reachable() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "autolaunch:" {
		return false
	}
	conn, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return false
	}
	_ = conn.Close() // it was only looked at
	return true
}

// probe asks the Secret Service how it is, by a connection of its own and within ctx. It starts no service and no prompt.
func probe(ctx context.Context) keyringState {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "autolaunch:" {
		return stateNoBus
	}
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return stateNoBus
	}
	defer func() { _ = conn.Close() }() // it was only asked
	state := stateNoBus
	err = conn.Auth(nil)
	if err == nil {
		err = conn.Hello()
	}
	if err == nil {
		state = stateNone
		if told, err := probeService(ctx, conn); err == nil {
			return told
		}
	}
	if ctx.Err() != nil { // the bus hangs, or the service
		return stateSilent
	}
	return state
}

func probeService(ctx context.Context, conn *dbus.Conn) (keyringState, error) {
	call := func(object dbus.BusObject, method string, args ...any) *dbus.Call {
		return object.CallWithContext(ctx, method, dbus.FlagNoAutoStart, args...)
	}
	var running bool
	if err := call(conn.BusObject(), "org.freedesktop.DBus.NameHasOwner", secretsName).Store(&running); err != nil {
		return stateUnknown, err
	}
	if !running {
		var names []string
		if err := call(conn.BusObject(), "org.freedesktop.DBus.ListActivatableNames").Store(&names); err != nil {
			return stateUnknown, err
		}
		for _, name := range names {
			if name == secretsName {
				return stateStarting, nil
			}
		}
		return stateNone, nil
	}
	// The collection that go-keyring uses: the login keyring, else the default one.
	locked, err := lockedState(call, conn.Object(secretsName, loginKeyring))
	if err == nil || !isNoObject(err) {
		return locked, err
	}
	var collection dbus.ObjectPath
	if err := call(conn.Object(secretsName, secretsPath), serviceFace+".ReadAlias", "default").Store(&collection); err != nil {
		return stateUnknown, err
	}
	if collection == "/" {
		return stateEmpty, nil
	}
	return lockedState(call, conn.Object(secretsName, collection))
}

func lockedState(call func(dbus.BusObject, string, ...any) *dbus.Call, collection dbus.BusObject) (keyringState, error) {
	var locked bool
	face, member := lockedMember[:len(lockedMember)-len(".Locked")], "Locked"
	if err := call(collection, "org.freedesktop.DBus.Properties.Get", face, member).Store(&locked); err != nil {
		return stateUnknown, err
	}
	if locked {
		return stateLocked, nil
	}
	return stateUnlocked, nil
}

func isNoObject(err error) bool {
	bus, ok := errors.AsType[dbus.Error](err)
	return ok && (bus.Name == errorNoObject || bus.Name == "org.freedesktop.DBus.Error.UnknownMethod" || bus.Name == "org.freedesktop.Secret.Error.NoSuchObject")
}

// busReason finds the reason that the bus names, nil where the service has to be asked. So it has to after NoReply, which a
// bus says when a service dies in a call, and when one is slow.
func busReason(err error) error {
	bus, ok := errors.AsType[dbus.Error](err)
	if !ok {
		return nil
	}
	switch bus.Name {
	case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner":
		return ErrAbsent
	case "org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AuthFailed":
		return ErrDenied
	case "org.freedesktop.DBus.Error.Timeout", "org.freedesktop.DBus.Error.TimedOut":
		return ErrTimedOut
	}
	return nil
}
