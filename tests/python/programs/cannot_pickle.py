from multiprocessing import Process, Queue


def answer(answers):
    answers.put(lambda: 1)


if __name__ == "__main__":
    answers = Queue()
    child = Process(target=answer, args=(answers,), name="answerer")
    child.start()
    child.join()
    answers.get()
