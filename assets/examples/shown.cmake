# cmake -D readme=FILE -D sample=FILE -P shown.cmake: fails unless the readme shows the sample, word for word.
file(READ ${readme} shown)
file(READ ${sample} built)
string(FIND "${shown}" "```cpp\n${built}```\n" place)
if(place EQUAL -1)
  message(FATAL_ERROR "${readme} does not show ${sample} as it is")
endif()
