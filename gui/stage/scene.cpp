#include "gui/stage/scene.hpp"

#include "gui/draw/glyphs.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {

ActorWorld const& Scene::actor(ActorIndex index) const {
  static ActorWorld const unborn;
  return index < context.world.actors.size() ? context.world.actors[index] : unborn;
}

bool Scene::selected(ActorIndex actor) const {
  return context.selection.what == Selection::What::actor && context.selection.actor == actor && actor != nobody;
}

bool Scene::selected_queue(QueueIndex queue) const {
  return context.selection.what == Selection::What::queue && context.selection.queue == queue;
}

ActorIndex feeder_of(QueueWorld const* queue, ActorIndex process) {
  if (!queue) return nobody;
  auto const local = queue->ends.find(process);
  return local == queue->ends.end() ? nobody : local->second.feeder;
}

bool repaired_lately(Scene const& scene, QueueIndex queue, Resource lock) {
  constexpr Step lately = 12;
  auto const& trace = scene.context.trace;
  Step const now = scene.context.step;
  if (now == no_step) return false;
  for (Step step = now < lately ? 0 : now - lately; step <= now && step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.kind == Kind::repaired && event.object == queue && event.resource() == lock) return true;
  }
  return false;
}

std::string_view short_words(Scene const& scene, ActorWorld const& waiter) {
  return short_words(waiter.waits_for, scene.context.trace.mechanism(waiter.waits_object));
}

std::string_view short_words(Resource resource, mp::Mechanism mechanism) {
  switch (resource) {
    case Resource::slot: return "a free slot";
    case Resource::read_lock: return "the read lock";
    case Resource::write_lock: return "the write lock";
    case Resource::condition_lock: return "the join lock";
    case Resource::unfinished: return "an unfinished task";
    case Resource::sleeping: return "a sleeping joiner";
    case Resource::woken_joiner: return "a woken joiner";
    case Resource::barrier: return "the last task";
    case Resource::pipe_data:
      return mechanism == mp::Mechanism::hardened ? "an item in the shared log" : "bytes in the pipe";
    case Resource::pipe_room: return "room in the pipe";
    case Resource::buffered_item: return "an item";
    case Resource::buffer_lock: return "the lock of its buffer";
    case Resource::feeder_end: return "its feeder to end";
    case Resource::child_exit: return "a child to exit";
    case Resource::deadline: return "a deadline";
    case Resource::mutex: return "a lock";
    case Resource::permit: return "a permit";
    case Resource::sleeper: return "a sleeper";
    case Resource::acknowledgement: return "a sleeper's answer";
    case Resource::notice: return "a notify";
    case Resource::flag: return "an event";
    case Resource::parties: return "a barrier";
    case Resource::result: return "a result";
    case Resource::private_item: return "an item";
    case Resource::private_room: return "room";
    case Resource::thread_end: return "a thread to end";
    case Resource::neighbour: return "another thread";
    case Resource::any_ready: return "one of several";
    case Resource::nothing: break;
  }
  return "nothing";
}

std::string doing(Scene const& scene, ActorIndex index) {
  ActorWorld const& actor = scene.actor(index);
  std::string const call = call_words(actor.call);
  switch (actor.state) {
    case ActorState::unborn: return "not started";
    case ActorState::sleeping: return state_line(scene.context.trace, scene.context.world, index);
    case ActorState::blocked:
      return "waits for " +
             resource_words(scene.context.trace, actor.waits_for, actor.waits_object, actor.wait_timeout);
    case ActorState::exiting: return "is exiting";
    case ActorState::ended:
    case ActorState::killed:
      if (actor.exit_code_known) return exit_words(actor.exit_code);
      return actor.state == ActorState::killed ? "died for an unknown reason" : "ended";
    case ActorState::running: break;
  }
  if (call.empty()) return "runs its own code";
  if (auto const* const queue = scene.context.world.queue(actor.call_object);
      queue && actor.call != Kind::process_join_begin)
    return "in " + call + " on " + queue->name;
  return "in " + call;
}

void draw_items(Scene const& scene, std::vector<MovingItem> const& items) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  auto const& selection = scene.context.selection;
  for (auto const& moving : items) {
    auto const& known = scene.context.world.items;
    auto const found = known.find(moving.item);
    bool const sentinel = found != known.end() ? found->second.sentinel : is_sentinel(scene.context.trace, moving.item);
    canvas.item(moving.rect, moving.item, sentinel, folded_label(scene.context.trace, moving.item), moving.alpha);
    if (moving.written < 1 || moving.read > 0) {
      // What of its bytes is not in the pipe: not yet written, or already read.
      Rect absent = moving.rect;
      bool const missing = moving.written < 1;
      float const part = missing ? 1 - moving.written : moving.read;
      bool const from_left = missing;
      if (from_left)
        absent.right = absent.left + absent.width() * part;
      else
        absent.left = absent.right - absent.width() * part;
      canvas.fill(absent, with_alpha(theme.tube, 0.7F), canvas.px(0.4F));
      canvas.hatch(absent, with_alpha(theme.text_soft, 0.7F), canvas.px(0.7F));
      canvas.outline(moving.rect, theme.text_soft, canvas.px(0.5F));
    }
    if (moving.dropped) {
      Rect const r = moving.rect;
      ImU32 const colour = with_alpha(theme.error, moving.alpha);
      canvas.list()->AddLine(canvas.at({r.left, r.top}), canvas.at({r.right, r.bottom}), colour, 2.5F);
      canvas.list()->AddLine(canvas.at({r.left, r.bottom}), canvas.at({r.right, r.top}), colour, 2.5F);
    }
    if (selection.what == Selection::What::item && selection.item == moving.item)
      canvas.outline(moving.rect.inset(-2), theme.selection, canvas.px(0.7F), 2.5F);
  }
}

}  // namespace qs::gui
