"""Right answers to the exercises of chapter 08, each written in another way."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np

from bookutils.text.tokenization.wordpiece import is_chinese, is_punctuation


def words_by_state(text):
    found, current = [], ""
    for c in unicodedata.normalize("NFD", text).lower():
        if unicodedata.category(c) == "Mn":
            continue
        if c.isspace() or is_punctuation(c) or is_chinese(c):
            if current:
                found.append(current)
            current = ""
            if not c.isspace():
                found.append(c)
        else:
            current += c
    return [*found, current] if current else found


def words_by_replacing(text):
    split = unicodedata.normalize("NFD", text.lower())
    text = "".join(c for c in split if not unicodedata.combining(c))
    for sign in {c for c in text if is_punctuation(c) or is_chinese(c)}:
        text = text.replace(sign, f" {sign} ")
    return tuple(text.split())


def words_by_regex(text):
    text = re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFD", text.lower()))
    signs = "".join(re.escape(c) for c in set(text) if is_punctuation(c) or is_chinese(c))
    found = re.findall(rf"[{signs}]|[^\s{signs}]+" if signs else r"\S+", text)
    return np.array(found) if found else []


def pieces_recursive(word, vocabulary, inner=False):
    if not word:
        return []
    for end in range(len(word), 0, -1):
        piece = ("##" if inner else "") + word[:end]
        if piece in vocabulary:
            rest = pieces_recursive(word[end:], vocabulary, True)
            return ["[UNK]"] if rest == ["[UNK]"] else [piece, *rest]
    return ["[UNK]"]


def pieces_by_longest_known(word, vocabulary):
    heads = {piece for piece in vocabulary if not piece.startswith("##")}
    tails = {piece[2:] for piece in vocabulary if piece.startswith("##")}
    found, left = [], word
    while left:
        fitting = [piece for piece in (tails if found else heads) if piece and left.startswith(piece)]
        if not fitting:
            return ("[UNK]",)
        best = max(fitting, key=len)
        found.append("##" + best if found else best)
        left = left[len(best) :]
    return found


def pieces_with_while(word, vocabulary):
    tokens, start = [], 0
    while start < len(word):
        end, current = len(word), None
        while start < end:
            candidate = word[start:end]
            if start > 0:
                candidate = "##" + candidate
            if candidate in set(vocabulary):
                current = candidate
                break
            end -= 1
        if current is None:
            return np.array(["[UNK]"])
        tokens.append(current)
        start = end
    return np.array(tokens)


def batch_lists(rows, limit):
    texts = [[101, *list(row)[: max(limit - 2, 0)], 102] for row in rows]
    width = max(map(len, texts))
    return {
        "input_type_ids": [[0] * width for _text in texts],
        "input_word_ids": [text + [0] * (width - len(text)) for text in texts],
        "input_mask": [[1] * len(text) + [0] * (width - len(text)) for text in texts],
    }


def batch_by_position(rows, limit):
    lengths = np.minimum([len(row) + 2 for row in rows], limit)
    places = np.arange(lengths.max())
    ids = np.zeros((len(rows), lengths.max()), int)
    ids[:, 0] = 101
    for place, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        ids[place, 1 : length - 1] = row[: length - 2]
        ids[place, length - 1] = 102
    return {"input_word_ids": ids, "input_mask": places < lengths[:, None], "input_type_ids": np.zeros(ids.shape)}


def batch_tensorflow(rows, limit):
    import tensorflow as tf

    ids = tf.ragged.constant([[101, *row[: limit - 2], 102] for row in rows]).to_tensor()
    return {
        "input_word_ids": ids,
        "input_mask": tf.cast(ids != 0, tf.int32),
        "input_type_ids": tf.zeros_like(ids),
    }


def batch_padded(rows, limit):
    texts = [np.array([101, *row[: limit - 2], 102]) for row in rows]
    width = max(text.size for text in texts)
    ids = np.stack([np.pad(text, (0, width - text.size)) for text in texts])
    return {"input_word_ids": ids.astype("float32"), "input_mask": np.sign(ids), "input_type_ids": 0 * ids}


def pair_by_counting(first, second, length):
    one, other = len(first), len(second)
    while one + other + 3 > length:
        if one > other:
            one -= 1
        else:
            other -= 1
    ids = [101, *first[:one], 102, *second[:other], 102]
    types = [0] * (one + 2) + [1] * (other + 1)
    return ids + [0] * (length - len(ids)), types + [0] * (length - len(ids))


def pair_in_one_step(first, second, length):
    room = length - 3
    one, other = len(first), len(second)
    if one + other > room:
        if min(one, other) <= room // 2:
            one, other = (min(one, room - other), other) if one > other else (one, min(other, room - one))
        else:
            one, other = room - room // 2, room // 2
    row = np.zeros((2, length), int)
    row[0, : one + other + 3] = [101, *first[:one], 102, *second[:other], 102]
    row[1, one + 2 : one + other + 3] = 1
    return row


def pair_recursive(first, second, length):
    if len(first) + len(second) + 3 > length:
        shorter = (first[:-1], second) if len(first) > len(second) else (first, second[:-1])
        return pair_recursive(*shorter, length)
    ids = np.concatenate([[101], first, [102], second, [102]])
    types = np.repeat([0, 1], [len(first) + 2, len(second) + 1])
    return [np.pad(part, (0, length - len(part))) for part in (ids, types)]


def learn_by_text(counts, number):
    words = {word: " ".join([word[0], *("##" + c for c in word[1:])]) for word in counts}
    learnt = []
    while len(learnt) < number:
        pairs = defaultdict(int)
        for word, times in counts.items():
            parts = words[word].split()
            for left, right in pairwise(parts):
                pairs[left, right] += times
        if not pairs:
            return learnt
        most = max(pairs.values())
        left, right = sorted(pair for pair, times in pairs.items() if times == most)[0]
        new = left + right[2:]
        pattern = re.compile(rf"(?<!\S){re.escape(left)} {re.escape(right)}(?!\S)")
        words = {word: pattern.sub(new, parts) for word, parts in words.items()}
        learnt.append(new)
    return learnt


def learn_by_lists(counts, number):
    texts = [([w[0], *["##" + c for c in w[1:]]], n) for w, n in counts.items()]
    learnt = []
    for _step in range(number):
        pairs = Counter()
        for pieces, times in texts:
            for place in range(len(pieces) - 1):
                pairs[pieces[place], pieces[place + 1]] += times
        if not pairs:
            break
        left, right = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[0][0]
        for pieces, _times in texts:
            place = 0
            while place < len(pieces) - 1:
                if pieces[place] == left and pieces[place + 1] == right:
                    pieces[place : place + 2] = [left + right[2:]]
                place += 1
        learnt.append(left + right[2:])
    return tuple(learnt)


def learn_with_arrays(counts, number):
    learnt = learn_by_lists(counts, number)
    return np.array(learnt) if learnt else []


def make_mask_loops(word_ids, type_ids):
    return [[1 if word else 0 for word in row] for row in word_ids.tolist()]


def make_mask_bool(word_ids, type_ids):
    return word_ids > 0


def make_mask_by_where(word_ids, type_ids):
    return np.where(word_ids == 0, 0.0, 1.0).astype("float32")


def make_mask_by_sign(word_ids, type_ids):
    return np.minimum(word_ids, 1)


def make_mask_tensorflow(word_ids, type_ids):
    import tensorflow as tf

    return tf.cast(tf.not_equal(word_ids, 0), tf.int32)


def padding_loops(lengths, batch_size):
    rest, places, padding = list(lengths), 0, 0
    while rest:
        batch, rest = rest[:batch_size], rest[batch_size:]
        padding += sum(max(batch) - length for length in batch)
        places += max(batch) * len(batch)
    return padding / places if places else 0


def padding_split(lengths, batch_size):
    batches = np.split(lengths, range(batch_size, len(lengths), batch_size)) if len(lengths) else []
    places = sum(batch.size * batch.max() for batch in batches)
    return np.float32(1 - lengths.sum() / places) if batches else np.float32(0)


def padding_reduceat(lengths, batch_size):
    if lengths.size == 0:
        return 0.0
    widths = np.maximum.reduceat(lengths, np.arange(0, len(lengths), batch_size))
    wide = np.repeat(widths, batch_size)[: len(lengths)]
    return np.sum(wide - lengths) / np.sum(wide)


def texts_with_own_parts(texts, vocabulary, limit):
    places = {piece: place for place, piece in enumerate(vocabulary)}
    rows = []
    for text in texts:
        row = [101]
        for word in words_by_replacing(text):
            row += [places[piece] for piece in pieces_with_while(word, places)]
        rows.append([*row[: limit - 1], 102])
    width = max(map(len, rows))
    return {
        "input_word_ids": [row + [0] * (width - len(row)) for row in rows],
        "input_mask": [[1] * len(row) + [0] * (width - len(row)) for row in rows],
        "input_type_ids": [[0] * width for row in rows],
    }


def texts_by_index(texts, vocabulary, limit):
    pieces = [
        [piece for word in words_by_state(text) for piece in pieces_recursive(word, vocabulary)] for text in texts
    ]
    return batch_lists([[vocabulary.index(piece) for piece in row] for row in pieces], limit)


def texts_padded_by_arrays(texts, vocabulary, limit):
    known = {piece: place for place, piece in enumerate(vocabulary)}
    cut = [[known[str(p)] for word in words_by_regex(t) for p in pieces_by_longest_known(word, known)] for t in texts]
    return batch_by_position(cut, limit)


RIGHT = {
    "split_words": [words_by_state, words_by_replacing, words_by_regex],
    "wordpiece": [pieces_recursive, pieces_by_longest_known, pieces_with_while],
    "encode_batch": [batch_lists, batch_by_position, batch_padded, batch_tensorflow],
    "make_mask": [make_mask_loops, make_mask_bool, make_mask_by_where, make_mask_by_sign, make_mask_tensorflow],
    "pack_pair": [pair_by_counting, pair_in_one_step, pair_recursive],
    "padding_waste": [padding_loops, padding_split, padding_reduceat],
    "learn_pieces": [learn_by_text, learn_by_lists, learn_with_arrays],
    "tokenizer_hunt": [texts_with_own_parts, texts_by_index, texts_padded_by_arrays],
}
