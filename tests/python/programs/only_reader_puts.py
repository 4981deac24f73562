from multiprocessing import Queue

if __name__ == "__main__":
    todo = Queue(maxsize=2)
    for number in range(3):
        todo.put(number)
