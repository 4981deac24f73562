// Unpacks what the page contains, and lets the viewer draw before each repaint.
(async () => {
  'use strict';
  const message = document.getElementById('message');
  const say = (words) => { message.textContent = words; };

  const unpacked = async (id) => {
    const text = document.getElementById(id).textContent.trim();
    if (text === '') return new Uint8Array(0);
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  try {
    const [wasm, trace, lesson, file] = await Promise.all(['wasm', 'trace', 'lesson', 'lesson-file'].map(unpacked));
    const viewer = await Queuescope({ wasmBinary: wasm, print: () => {}, printErr: (words) => console.error(words) });
    const given = (bytes) => {
      const place = viewer._malloc(bytes.length + 1);
      viewer.HEAPU8.set(bytes, place);
      viewer.HEAPU8[place + bytes.length] = 0;
      return place;
    };
    const address = new TextEncoder().encode(location.hash);
    const places = [trace, lesson, file, address].map(given);
    const problem = viewer.UTF8ToString(
        viewer._qs_open(places[0], trace.length, places[1], lesson.length, places[2], places[3]));
    places.forEach((place) => viewer._free(place));
    if (problem !== '') return say(`This run cannot be shown: ${problem}`);
    say('');
    let last = performance.now();
    const tick = (now) => {
      viewer._qs_tick(Math.min(Math.max(now - last, 0) / 1000, 1));
      last = now;
      if (!window.queuescope) {
        window.queuescope = { report: () => viewer.UTF8ToString(viewer._qs_report()), firstPicture: performance.now() };
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  } catch (error) {
    say(`This page cannot be shown: ${error.message || error}. It needs a browser with WebGL 2 and DecompressionStream.`);
  }
})();
