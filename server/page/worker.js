/* One stream for all tabs of a workspace: a browser opens six connections to a host, so the seventh tab would stall. */
import {openStream} from './stream.js';

const streams = new Map(); // of the headers, as text: {ports, close, last}

function tellAll(stream, message) {
  if (message.state) stream.state = message;
  else Object.assign(stream.versions, message.versions);
  for (const port of stream.ports) port.postMessage(message);
  if (message.state === 'refused') streams.delete(stream.name);
}

function join(port, headers) {
  const name = JSON.stringify(headers);
  let stream = streams.get(name);
  if (!stream) {
    stream = {name, ports: new Set(), state: null, versions: {}};
    streams.set(name, stream);
    stream.close = openStream(headers, message => tellAll(stream, message));
  }
  stream.ports.add(port);
  if (stream.state) port.postMessage(stream.state);
  port.postMessage({versions: stream.versions});
}

function leave(port) {
  for (const [name, stream] of streams) {
    if (!stream.ports.delete(port) || stream.ports.size) continue;
    stream.close();
    streams.delete(name);
  }
}

self.onconnect = event => {
  const [port] = event.ports;
  port.onmessage = message => {
    leave(port);
    if (message.data.headers) join(port, message.data.headers);
  };
  port.onclose = () => leave(port);
};
