from multiprocessing import Process, Queue


def serve(channel):
    channel.put(("answer", channel.get()))


if __name__ == "__main__":
    channel = Queue()
    channel.put(("question", 1))
    while channel.empty():
        pass
    print(channel.get())
    server = Process(target=serve, args=(channel,), name="server")
    server.start()
    server.join()
