// Lets dependency-cruiser read files that contain `using` declarations. swc parses them, but its walker is
// older than they are and throws. For a reader of imports such a declaration is a `const`. This module is
// imported for its effect.
import { Visitor } from '@swc/core/Visitor.js';

/** @type {any} The walker's types don't include the declaration either. */
const walker = Visitor.prototype;
const walk = walker.visitStatement;

/** @param {any} statement */
walker.visitStatement = function visitStatement(statement) {
  if (statement.type !== 'UsingDeclaration') return walk.call(this, statement);
  const declaration = { ...statement, type: 'VariableDeclaration', kind: 'const', declarations: statement.decls };
  return this.visitVariableDeclaration(declaration);
};
