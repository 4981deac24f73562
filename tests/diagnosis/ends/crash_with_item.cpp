// A thumbnailer crashes on a picture without pixels; main waits for one thumbnail for each picture.
// expect: abnormal-death
// says: died of SIGSEGV | says: with (0, 10) in hand | says: 2 items came | says: Mend the crash
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <csignal>
#include <optional>

struct Picture {
  int width = 0;
  int height = 0;
};

int main() {
  mp::Queue<std::optional<Picture>> pictures{{.name = "pictures"}};
  mp::Queue<int> thumbnails{{.name = "thumbnails"}};
  mp::Process thumbnailer{[&] {
                            while (auto picture = pictures.get()) {
                              if (picture->width == 0) std::raise(SIGSEGV);
                              thumbnails.put(picture->width / picture->height);
                            }
                          },
                          {.name = "thumbnailer"}};
  thumbnailer.start();
  for (int width : {200, 100, 0, 300}) pictures.put(Picture{width, 10});
  for (int i = 0; i < 4; ++i) thumbnails.get();
  pictures.put(std::nullopt);
  thumbnailer.join();
}
