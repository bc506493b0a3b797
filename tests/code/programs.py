"""Programs for tests, written here: one work in three releases, and one that has nothing to do."""

from __future__ import annotations

import ast
import random
import re

HEAD = "# Copyright 2021 The Acorn Authors\n# Licensed under the Apache License, Version 2.0\n\n"
#: A module of some size, as its first release has it.
FIRST = (
    HEAD
    + '''"""Routes of carts."""

import heapq
import math


class CartRouter:
    """Finds the way of a cart over a grid with fences."""

    def __init__(self, height, width, fences=(), slope=1.5):
        self.height = height
        self.width = width
        self.fences = frozenset(fences)
        self.slope = slope
        self._kept = {}

    def neighbours(self, place):
        row, column = place
        for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            step = row + down, column + right
            inside = 0 <= step[0] < self.height and 0 <= step[1] < self.width
            if inside and step not in self.fences:
                yield step

    def cost(self, here, there, heights):
        climb = heights.get(there, 0) - heights.get(here, 0)
        if climb > 0:
            return 1 + self.slope * climb
        return max(0.25, 1 - math.sqrt(abs(climb)) / 4)

    def route(self, start, goal, heights):
        known = {start: 0.0}
        before = {start: None}
        waiting = [(0.0, start)]
        while waiting:
            spent, place = heapq.heappop(waiting)
            if place == goal:
                return self._walk_back(before, goal), spent
            if spent > known[place]:
                continue
            for step in self.neighbours(place):
                total = spent + self.cost(place, step, heights)
                if total < known.get(step, math.inf):
                    known[step] = total
                    before[step] = place
                    heapq.heappush(waiting, (total, step))
        return None, math.inf

    def _walk_back(self, before, goal):
        way = [goal]
        while before[way[-1]] is not None:
            way.append(before[way[-1]])
        return tuple(reversed(way))


def load_of(parcels, limit):
    """Choose parcels by worth for their weight."""
    chosen, weight = [], 0
    for parcel in sorted(parcels, key=lambda one: one.worth / max(one.weight, 1), reverse=True):
        if weight + parcel.weight <= limit:
            chosen.append(parcel)
            weight += parcel.weight
    return chosen, weight


def tidy(lines, width=72):
    made, current = [], ""
    for line in lines:
        for word in line.split():
            if len(current) + len(word) + 1 > width:
                made.append(current)
                current = word
            else:
                current = f"{current} {word}" if current else word
    if current:
        made.append(current)
    return made
'''
)
#: The second changes a method, the third takes it back in part and adds a function.
SECOND = FIRST.replace(
    "        return max(0.25, 1 - math.sqrt(abs(climb)) / 4)\n",
    "        fall = min(abs(climb), self.height)\n"
    "        if place_is_wet(there, heights):\n"
    "            fall = fall / 2 + self.slope\n"
    "        return max(0.25, 1 - math.log1p(fall) / 4)\n",
)
THIRD = (
    SECOND
    + """

def gather(routers, jobs, heights, limit):
    done = {}
    for name, (start, goal, parcels) in jobs.items():
        load, weight = load_of(parcels, limit)
        router = routers[name]
        way, spent = router.route(start, goal, heights)
        if way is None:
            done[name] = (load, weight, None)
            continue
        done[name] = (load, weight, spent * (1 + weight / limit))
    return done
"""
)
#: An independent router: the same task by another hand.
OTHER = '''from collections import deque


def shortest(grid, source, target):
    """Breadth first."""
    seen = set([source])
    queue = deque([[source]])
    while len(queue) > 0:
        path = queue.popleft()
        x, y = path[-1]
        if (x, y) == target:
            return path
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if abs(dx) + abs(dy) != 1:
                    continue
                nx, ny = x + dx, y + dy
                if nx < 0 or ny < 0 or nx >= len(grid) or ny >= len(grid[0]):
                    continue
                if grid[nx][ny] == "#" or (nx, ny) in seen:
                    continue
                seen.add((nx, ny))
                queue.append(path + [(nx, ny)])
    return []


class Knapsack:
    def __init__(self, capacity):
        self.table = [[0] * (capacity + 1)]
        self.capacity = capacity

    def add(self, value, size):
        last = self.table[-1]
        row = list(last)
        for room in range(size, self.capacity + 1):
            row[room] = max(last[room], last[room - size] + value)
        self.table.append(row)

    @property
    def best(self):
        return self.table[-1][-1]
'''


def renamed(text: str) -> str:
    """Every name of the work's own under another."""
    names = [
        "CartRouter",
        "height",
        "width",
        "fences",
        "slope",
        "neighbours",
        "place",
        "row",
        "column",
        "step",
        "inside",
        "cost",
        "here",
        "there",
        "heights",
        "climb",
        "route",
        "start",
        "goal",
        "known",
        "before",
        "waiting",
        "spent",
        "total",
        "way",
        "load_of",
        "parcels",
        "limit",
        "chosen",
        "weight",
        "parcel",
        "worth",
        "tidy",
        "lines",
        "made",
        "current",
        "line",
        "word",
    ]
    for number, name in enumerate(names):
        text = re.sub(rf"\b_?{name}\b", f"x{number}", text)
    return text


def disguised(text: str, seed: int) -> str:
    """Return a program renamed and printed anew, with members shuffled and junk between them."""
    chance = random.Random(seed)
    tree = ast.parse(renamed(text))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef):
            chance.shuffle(node.body)
        elif isinstance(body := getattr(node, "body", None), list):
            for at in range(4, len(body) + 1, 5):
                body.insert(at, ast.parse(f"z{at} = [{chance.randrange(99)}]").body[0])
    return ast.unparse(ast.fix_missing_locations(tree))
