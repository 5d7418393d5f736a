package main

// overSSH is a script for sh: it serves a calm shop, which sends its trace over TLS, and looks at it over SSH while somebody else does.
// It ends when its terminal does, or after a minute, and its files, keys among them, go with it.
const overSSH = `
dir=$(mktemp -d)
trap 'kill $running; rm -rf "$dir"; exit' EXIT HUP
for name in ann host; do ssh-keygen -q -t ed25519 -N "" -C $name -f "$dir/$name"; done
sed 's/^/role="operate" /' "$dir/ann.pub" > "$dir/authorized_keys"
openssl req -x509 -newkey ed25519 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$dir/key" -out "$dir/cert" 2> "$dir/openssl"
goapptrace build -trimpath --tls -o "$dir/shop" ./examples/shop
goapptrace serve --duration 1m --ssh 127.0.0.1:0 --authorized-keys "$dir/authorized_keys" --host-key "$dir/host" \
	--listen tls://localhost:0 --tls-cert "$dir/cert" --tls-key "$dir/key" 2> "$dir/log" &
running=$!
until ssh=$(grep -o 'ssh://[0-9.]*:[0-9]*' "$dir/log"); do sleep 0.1; done
tls=$(grep -o 'tls://[0-9.]*:[0-9]*' "$dir/log")
GOAPPTRACE_SERVER=$tls GOAPPTRACE_SERVER_NAME=localhost GOAPPTRACE_CA="$dir/cert" "$dir/shop" -rate 15 -for 1m > "$dir/out" 2>&1 &
running="$running $!"
look="ssh -F none -i $dir/ann -p ${ssh##*:} -o IdentitiesOnly=yes -o IdentityAgent=none -o LogLevel=ERROR
	-o UserKnownHostsFile=$dir/known -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=accept-new 127.0.0.1"
$look calls --follow --last 0 > "$dir/calls" &
running="$running $!"
until [ -s "$dir/calls" ]; do sleep 0.1; done
$look
`
