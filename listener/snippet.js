(function (settings) {
  'use strict';

  const base = listener();
  if (!base) return;
  const address = base + '/in/' + settings.key;
  let turn = 0;
  let envelope = '';
  let token = '';
  let violated = '';

  /* Where to deliver, or nothing: a shopper who did not ask for this gets no request, no element and no stored value. */
  function listener() {
    if (settings.always) return settings.base;
    let asked = new URLSearchParams(location.search).get('jotwatch');
    try {
      if (asked === 'off') sessionStorage.removeItem('jotwatch');
      else if (asked === null) asked = sessionStorage.getItem('jotwatch');
      else sessionStorage.setItem('jotwatch', asked);
    } catch (e) {
      /* a sandboxed frame has no storage: then for this page alone */
    }
    if (asked === null || asked === 'off') return '';
    return /^\d{1,5}$/.test(asked) && asked >= 1 && asked <= 65535 ? settings.base.replace(/(:\d+)?$/, ':' + asked) : settings.base;
  }

  function element(name, parent, css, text) {
    const made = document.createElement(name);
    made.style.cssText = css; /* not setAttribute: a style-src policy blocks that */
    made.textContent = text || '';
    if (parent) parent.append(made);
    return made;
  }

  document.querySelectorAll('jotwatch-badge').forEach(old => old.remove());
  const badge = element('jotwatch-badge', null, 'all:initial;position:fixed;left:12px;right:12px;bottom:12px;' +
    'z-index:2147483647;pointer-events:none');
  const box = element('div', badge.attachShadow({ mode: 'open' }), 'box-sizing:border-box;width:400px;max-width:100%;margin-left:auto;pointer-events:auto;' +
    'padding:10px 12px;border:2px solid #fff;border-radius:6px;background:#111;color:#fff;font:13px/1.45 system-ui,sans-serif;' +
    'overflow-wrap:anywhere;text-align:left');
  element('strong', box, 'display:block', 'jotwatch, for the developers of this store');
  const words = element('div', box, '');
  words.setAttribute('role', 'status');
  words.setAttribute('aria-live', 'polite');
  const fetched = element('div', words, '');
  const delivered = element('div', words, 'margin:4px 0 8px');
  button('send again', send);
  const copier = button('copy token', copy);
  button('send by form', sendByForm);
  button('close', () => badge.remove());
  (document.body || document.documentElement).append(badge);
  document.addEventListener('securitypolicyviolation', e => {
    if (e.blockedURI.startsWith(base) && e.disposition !== 'report') violated = e.effectiveDirective;
  });
  send();

  function button(text, act) {
    const made = element('button', box, 'margin:0 6px 4px 0;padding:3px 8px;border:1px solid #fff;border-radius:4px;' +
      'background:#fff;color:#111;font:inherit;cursor:pointer', text);
    made.type = 'button';
    made.addEventListener('click', act);
    return made;
  }

  async function send() {
    const mine = ++turn;
    const say = (line, text) => {
      if (mine === turn) line.textContent = text;
    };
    say(fetched, 'Asking the store for a token.');
    say(delivered, '');
    const told = await ask();
    if (mine !== turn) return;
    token = tokenIn(told);
    envelope = pack(told);
    violated = '';
    copier.style.display = token ? '' : 'none';
    copier.textContent = 'copy token';
    say(fetched, describe(told));
    say(delivered, 'Delivering it to ' + base + '.');

    let done = false;
    let prompted = false;
    setTimeout(async () => {
      const state = await permission();
      if (done) return;
      prompted = state === 'prompt';
      say(delivered, prompted
        ? 'Waiting: answer the browser\'s question (access other apps and services on this device) with Allow.'
        : 'Waiting for ' + base + ' to answer.');
    }, 1500);
    let outcome;
    try {
      const answer = await fetch(address, {
        method: 'POST', mode: 'cors', credentials: 'omit', headers: { 'Content-Type': 'text/plain' }, body: envelope
      });
      outcome = await answered(answer);
    } catch (e) {
      outcome = 'Not delivered. ' + await cause(prompted);
    }
    done = true;
    say(delivered, outcome);
  }

  async function ask() {
    const told = { jotwatch: 1, status: 0, type: '', page: location.origin + location.pathname, redirected: false, body: '', error: '' };
    try {
      const answer = await fetch('/customer/current.jwt?app_client_id=' + encodeURIComponent(settings.client), {
        credentials: 'same-origin', cache: 'no-store', headers: { Accept: '*/*' }
      });
      told.body = (await answer.text()).slice(0, 32000);
      told.status = answer.status;
      told.type = answer.headers.get('content-type') || '';
      told.redirected = answer.redirected;
    } catch (e) {
      told.error = String(e && e.message || e).slice(0, 300);
    }
    return told;
  }

  /* The listener takes 64 KiB, and a character may cost six bytes. */
  function pack(told) {
    let text = JSON.stringify(told);
    while (told.body && new TextEncoder().encode(text).length > 60000) {
      told.body = told.body.slice(0, told.body.length / 2);
      text = JSON.stringify(told);
    }
    return text;
  }

  function tokenIn(told) {
    let text = told.body.trim();
    try {
      text = JSON.parse(text).token;
    } catch (e) {
      /* the bare token */
    }
    return told.status === 200 && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text) ? text : '';
  }

  function describe(told) {
    if (told.error) return 'Could not fetch a token: ' + told.error + '.';
    if (token) return 'Fetched a token of ' + token.length + ' characters.';
    if (told.status === 404) return 'No token: no customer is signed in, or the client id is unknown (404).';
    if (told.status === 503) return 'No token: the store is under maintenance or not launched (503).';
    if (/html/i.test(told.type) || /^\s*</.test(told.body)) {
      return 'No token: an HTML page instead' + (told.redirected ? ', after a redirect' : '') + ' (status ' + told.status + ').';
    }
    return 'No token: ' + (told.body.trim() ? 'the store answered with status ' : 'an empty answer, status ') + told.status + '.';
  }

  async function answered(answer) {
    if (answer.status === 202) {
      const receipt = await answer.json().catch(() => ({}));
      return 'Delivered' + (receipt.id ? ' as #' + receipt.id : '') + '.';
    }
    if (answer.status === 404) return 'Not delivered: the listener does not know this snippet\'s key. Copy the snippet again.';
    if (answer.status === 413) return 'Not delivered: it is too large for the listener (413).';
    if (answer.status === 503) return 'Not delivered: the listener\'s queue is full. Send again.';
    return 'Not delivered: ' + base + ' answered with status ' + answer.status + '.';
  }

  /* granted, denied or prompt; nothing where the browser does not have this permission. */
  async function permission() {
    for (const name of ['loopback-network', 'local-network-access']) {
      try {
        return (await navigator.permissions.query({ name: name })).state;
      } catch (e) {
        /* the other browsers' name */
      }
    }
    return '';
  }

  /* Why the request failed. The browser's own error is the same for every cause. */
  async function cause(prompted) {
    await pause(); /* the policy's event may come after the failure */
    if (violated) return forbidden();
    const state = await permission();
    if (prompted && state === 'prompt') {
      /* And it is not put once more by the request below: closed three times, it is a lasting no. */
      return 'The browser\'s question was closed: send again, and answer it with Allow.';
    }
    if (await reached()) {
      return 'The listener is there and refuses this page\'s origin: ' + settings.allow + ' ' + location.origin +
        ' - or, if that is allowed already, this snippet is an old one' +
        (base.startsWith('http:') ? ', or the listener serves HTTPS (jotwatch snippet --tls).' : '.');
    }
    const frame = framed() ? ' This page is in a frame, which needs allow="loopback-network".' : '';
    if (!isSecureContext) return 'This page is not secure, so the browser cannot ask for permission: open it by https.' + frame;
    if (webkit() && location.protocol === 'https:' && base.startsWith('http:')) {
      return 'Safari blocks ' + base + ' from https pages: use "send by form", or copy the token and paste it into jotwatch, ' +
        'or run the listener with --tls-cert.';
    }
    if (state === 'denied') {
      return 'The permission to reach this device (loopback network) is denied: change it by the icon left of the address, ' +
        'under Site settings, and reload.' + frame;
    }
    const trust = base.startsWith('https:') ? ' If it runs, open ' + base + ' in a tab: the browser may not trust its certificate.' : '';
    if (state === 'prompt') {
      return 'Nothing listened at ' + base + ', or the browser\'s question for permission was closed: ' +
        'start jotwatch listen and reload.' + trust + frame;
    }
    return 'Nothing answers at ' + base + ': start jotwatch listen.' + (trust || ' If it runs, look for a blocker: Brave\'s shields, ' +
      'uBlock Origin\'s LAN list.') + frame;
  }

  function forbidden() {
    return 'This page\'s Content-Security-Policy forbids it: add ' + base + ' to its ' + violated + '.';
  }

  function pause() {
    return new Promise(go => setTimeout(go, 100));
  }

  function framed() {
    try {
      return !top.location.href; /* throws in a frame of another origin */
    } catch (e) {
      return true;
    }
  }

  function reached() {
    return fetch(base + '/', { mode: 'no-cors', credentials: 'omit', cache: 'no-store' }).then(() => true, () => false);
  }

  /* Every browser of an iPhone is Safari inside. */
  function webkit() {
    const agent = navigator.userAgent;
    return /iPhone|iPad|iPod/.test(agent) || /Safari/.test(agent) && !/Chrome|Chromium|Edg|Firefox|Android/.test(agent);
  }

  async function copy() {
    let copied = true;
    try {
      await navigator.clipboard.writeText(token);
    } catch (e) {
      const area = element('textarea', box, '');
      area.value = token;
      area.select();
      copied = document.execCommand('copy');
      area.remove();
    }
    copier.textContent = copied ? 'token copied' : 'could not copy';
  }

  /* A form that opens a tab is not this page's request: it needs no permission, and Safari lets it through. */
  async function sendByForm() {
    if (!envelope) return;
    violated = '';
    const form = element('form', box, 'display:none');
    const field = element('input', form, '');
    field.type = 'hidden';
    field.name = 'jotwatch';
    field.value = envelope;
    form.method = 'post';
    form.action = address;
    form.enctype = 'text/plain';
    form.acceptCharset = 'utf-8';
    form.target = '_blank';
    form.rel = 'noopener';
    form.submit();
    form.remove();
    await pause();
    delivered.textContent = violated ? forbidden() : 'Sent by form: the new tab shows the listener\'s answer.';
  }
})(SETTINGS);
