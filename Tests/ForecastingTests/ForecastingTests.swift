// first tests to come
