/* Dragging cards between the columns of the board. Every card's menu does the same without dragging. */
(function () {
  "use strict";
  function prepare() {
    document.querySelectorAll("[data-board] .board-cards").forEach((list) => {
      if (list.dataset.sortable) return;
      list.dataset.sortable = "yes";
      window.Sortable.create(list, {
        group: "leads", sort: false, animation: 140, draggable: ".lead-card:not(.is-frozen)", ghostClass: "is-carried",
        filter: "a, button, .menu", preventOnFilter: false, delay: 160, delayOnTouchOnly: true, onEnd: dropped,
      });
    });
  }

  function dropped(event) {
    const { item, from, to, oldIndex } = event;
    if (from === to) return;
    const back = () => from.insertBefore(item, from.children[oldIndex] || null);
    const status = to.dataset.status;
    if (status === "converted") {
      back();
      location.assign(item.dataset.convert);
    } else if (status === "lost") {
      // The reason is asked first; until it is given the card stays where it was.
      back();
      window.mentalspace.openDialog(item.dataset.lose).catch(() => location.assign(item.dataset.lose));
    } else {
      window.htmx.ajax("POST", item.dataset.move, { target: "#board", swap: "outerHTML", values: { status } });
    }
  }

  // A refused or failed move: the server's board is the truth.
  document.body.addEventListener("htmx:responseError", (event) => { if (event.target.id === "board") location.reload(); });
  document.body.addEventListener("htmx:sendError", (event) => { if (event.target.id === "board") location.reload(); });
  document.addEventListener("contentadded", prepare);
  prepare();
})();
