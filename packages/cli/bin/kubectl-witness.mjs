#!/usr/bin/env node
// The same program as a kubectl plugin: `kubectl witness search …`.
import './kubewitness.mjs';
